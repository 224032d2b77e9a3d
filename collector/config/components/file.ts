/** Exporter `file`: writes what passes into a file. */
import { defineComponent } from '../component.ts'
import { block, defaulted, optional, required } from '../shape.ts'
import { flag, integer, name, oneOf, positiveDuration } from '../values.ts'

const count = integer(0, 1_000_000)

export const file = defineComponent('exporters', 'file', {
  says: 'Writes what passes into a file: OTLP JSON, one payload a line, or protobuf with its length before it.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      path: required(name, 'The file.'),
      format: defaulted(oneOf('json', 'proto'), 'json', 'How payloads are written.'),
      append: defaulted(flag, false, 'Adds to the file that is there, instead of emptying it.'),
      flush_interval: defaulted(
        positiveDuration,
        '1s',
        'Longest wait until what was written is in the file.',
      ),
      rotation: optional(
        block(
          {
            max_megabytes: defaulted(integer(1, 1_048_576), 100, 'MiB at which the next file begins.'),
            max_backups: defaulted(count, 100, 'Most files that are kept beside it; 0 keeps all.'),
            max_days: defaulted(count, 0, 'Days after which they are deleted; 0 keeps them.'),
          },
          { localtime: 'leave it out: names of files carry UTC' },
        ),
        'When the next file begins; never if absent.',
      ),
    },
    {
      compression: 'leave it out: compress the files that rotation has finished',
      compression_params: 'leave it out: compress the files that rotation has finished',
      encoding: 'format',
      group_by: 'one file exporter for every pipeline',
      create_directory: 'leave it out: create the folder first',
      directory_permissions: 'leave it out: create the folder first',
    },
  ),
  check: ({ append, rotation }, report) => {
    if (append && rotation !== undefined) report('append', 'either append or rotation')
  },
})
