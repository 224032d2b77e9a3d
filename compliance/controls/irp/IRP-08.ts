/** Who lives with a failure says so by name, for a time, and somebody else agrees. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { environmentOf } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a waiver has owner, reason, compensating control, an approver who is not the owner, and an end at most 180 days away',
  'fill in what is missing, or mend what is waived',
)

const waiver = {
  control: 'CTR-05',
  owner: 'platform team',
  approver: 'security office',
  reason: 'the vendor image writes its own folder',
  compensating: 'the folder is a volume without execution',
  granted: '2026-11-01',
  expires: '2027-01-31',
  days: 91,
}

export const control: Control = {
  id: 'IRP-08',
  sources: ['repository'],
  page: {
    why: 'An exception without an end is a rule. One that its owner approves is a wish.',
    good: [{ kind: 'repository', type: 'waiver', attributes: waiver }],
    bad: [
      {
        kind: 'repository',
        type: 'waiver',
        attributes: { ...waiver, approver: 'platform team', expires: '2030-01-01', days: 1157 },
      },
    ],
  },
  applies: ({ kind, type }) => kind === 'repository' && type === 'waiver',
  check: judgeWaiver,
}

const needed = ['owner', 'approver', 'reason', 'compensating', 'granted', 'expires'] as const

function judgeWaiver(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const verdicts = needed.flatMap((field): Verdict[] => {
    const value = attributeOf(resource, field)
    if (value?.known === false) return [{ ...judge.unknown(value.why, value), part: field }]
    return textOf(value?.value).trim() === '' ? [{ ...judge.fail(`${field} is missing`), part: field }] : []
  })
  const [owner, approver] = ['owner', 'approver'].map((field) => attributeOf(resource, field))
  if (
    owner?.known === true &&
    approver?.known === true &&
    isSame(textOf(owner.value), textOf(approver.value))
  ) {
    verdicts.push({ ...judge.fail('the approver is the owner', approver), part: 'approver' })
  }
  const most = parameterOf('IRP-08.days', environmentOf(resource, evidence), evidence.parameters)
  const days = attributeOf(resource, 'days')
  if (days?.known === true && typeof days.value === 'number') {
    const isBounded = days.value > 0 && days.value <= most
    if (!isBounded) verdicts.push({ ...judge.fail(`it lasts ${days.value} days`), part: 'expires' })
  } else if (verdicts.length === 0) {
    verdicts.push({ ...judge.fail('from when to when it lasts are no days'), part: 'expires' })
  }
  return verdicts.length === 0 ? judge.pass('everything is said') : verdicts
}

function isSame(left: string, right: string): boolean {
  return left !== '' && left.trim().toLowerCase() === right.trim().toLowerCase()
}
