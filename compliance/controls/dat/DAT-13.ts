/** Logs with personal data are encrypted under a key of the customer. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isHarmlessLabel, labelOf } from '../read/classification.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'kms_key_id names a key, but where the label says that no personal data is in it',
  'set kms_key_id, or label the group with DataClassification = "internal" when no personal data gets there',
)

const group = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_cloudwatch_log_group" "api" {\n  name = "/ecs/campus/api"\n${line}}\n`,
})

export const control: Control = {
  id: 'DAT-13',
  page: {
    why: 'Logs hold addresses and accounts of people. With a key of your own, reading them is a right you give and a record you keep.',
    good: [group('  kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c"\n')],
    bad: [group('')],
  },
  sources: ['terraform'],
  applies: ofType('aws_cloudwatch_log_group'),
  check: judgeGroup,
}

/** A group without a label may carry personal data: services write what they meet. */
function judgeGroup(group: Resource, evidence: Evidence): Verdict {
  const key = attributeOf(group, 'kms_key_id')
  // A reference to a key is not known before it is made, and is one all the same.
  if (key?.known === false && key.identity?.includes('aws_kms_') === true)
    return judge.pass('it has a key', key)
  const verdict = judgeValue(judge, group, {
    path: 'kms_key_id',
    accepts: (value) => value !== '',
    absent: 'fail',
  })
  if (verdict.status !== 'fail') return verdict
  const { text, hidden } = labelOf(group, evidence)
  if (text !== undefined && isHarmlessLabel(text)) return judge.notApplicable(`it is labelled ${text}`)
  return hidden === undefined ? verdict : judge.unknown(`its label ${hidden.why}`, hidden)
}
