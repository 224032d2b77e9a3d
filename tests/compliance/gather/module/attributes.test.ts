import { expect } from 'chai'
import { knownValueOf } from '../../../../compliance/evidence.ts'
import { tf } from '../../controls/cases.ts'

const policyIn = (json: string) => {
  const [found] = tf(`resource "aws_iam_policy" "x" {\n  policy = <<POLICY\n${json}\nPOLICY\n}`)()
  return found === undefined ? undefined : knownValueOf(found, 'policy')
}

describe('a document in a text', () => {
  it('is read where a comma is left over, as whoever wrote it meant it', () => {
    expect(policyIn('{"Statement": [{"Action": ["s3:*", ], "Sid": "a,] }",}, ]}')).to.deep.equal({
      Statement: [{ Action: ['s3:*'], Sid: 'a,] }' }],
    })
  })

  it('stays a text where it is no JSON', () => {
    expect(policyIn('{"Statement": [,,]}')).to.equal('{"Statement": [,,]}\n')
  })
})
