/** Extension `bearertokenauth`: one token that receivers ask for or exporters show. */
import Type from 'typebox'
import { defineComponent } from '../component.ts'
import { block, defaulted, optional, scalar } from '../shape.ts'
import { name, oneOf } from '../values.ts'

const token = scalar(
  Type.String({ minLength: 16, maxLength: 512, pattern: '^[!-~]+$' }),
  'token of 16 to 512 printable characters',
  String,
)

export const bearerTokenAuth = defineComponent('extensions', 'bearertokenauth', {
  says: 'A token in `Authorization: Bearer`: receivers that name it ask for it, exporters show it.',
  signals: [],
  body: block(
    {
      token: optional(token, 'The token; write `${env:NAME}` and keep it out of the file.'),
      filename: optional(name, 'File with the token, read at start.'),
      scheme: defaulted(oneOf('Bearer'), 'Bearer', 'The word before the token.'),
    },
    {
      file_retry: 'leave it out: write the file before the start',
      tokens: 'token, or a second receiver with its own',
      header: 'leave it out: the token is in Authorization',
    },
  ),
  check: ({ token: given, filename }, report) => {
    if ((given === undefined) === (filename === undefined)) report('', 'either token or filename')
  },
})
