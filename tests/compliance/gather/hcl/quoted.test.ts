import { expect } from 'chai'
import { FunctionStop } from '../../../../compliance/gather/functions/definition.ts'
import { decodeJson } from '../../../../compliance/gather/functions/json.ts'
import { SyntaxStop } from '../../../../compliance/gather/hcl/cursor.ts'
import { parseJsonText } from '../../../../compliance/gather/hcl/json-text.ts'
import { endOfQuoted, withoutQuoted } from '../../../../compliance/gather/hcl/quoted.ts'
import { tf } from '../../controls/cases.ts'

describe('a text in quotes', () => {
  it('ends at the first quote that no backslash takes with it', () => {
    const source = String.raw`{"a\"b\\": 1}`
    expect(endOfQuoted(source, 1)).to.equal(9)
    expect(endOfQuoted('{"a\\"', 1)).to.equal(undefined)
  })

  it('is blanked where what stands outside is looked at', () => {
    expect(withoutQuoted('{"a,]": [1, "b"]}')).to.equal('{"   ": [1, " "]}')
  })

  // Each of these took minutes, or would never have ended, where a pattern looked for the end of the text.
  it('that never closes takes no longer than it is long', () => {
    expect(() => parseJsonText(`{"${'a'.repeat(1_000_000)}`)).to.throw(SyntaxStop)
    const escapes = `{"${'\\"'.repeat(1_000_000)}`
    expect(() => decodeJson(escapes)).to.throw(FunctionStop)
    expect(
      tf(`resource "aws_iam_policy" "x" {\n  policy = <<POLICY\n${escapes.slice(0, 900_000)}\nPOLICY\n}`)(),
    ).to.have.length(1)
  })

  it('of JSON with places holds what JSON allows, and no more', () => {
    for (const wrong of ['{"a\nb": 1}', '{"\\x": 1}', '{"\\u12g4": 1}', '{"a": "b']) {
      expect(() => parseJsonText(wrong), wrong).to.throw(SyntaxStop)
    }
    const long = 'a'.repeat(1_900_000)
    expect(parseJsonText(`{"a": "${long}"}`).root.end).to.equal(long.length + 9)
  })
})
