/** Somebody is told before the money is gone. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAws } from '../read/aws-account.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a budget tells somebody at 80 % and at 100 %',
  'add notifications at 80 and at 100 percent, with a subscriber',
)
const isGoogle = ofType('google_billing_budget')

export const control: Control = {
  id: 'CST-01',
  sources: ['terraform'],
  page: {
    why: 'A loop, an attack or a forgotten machine shows on the bill weeks later; a budget shows it on the same day.',
    good: [{ file: 'main.tf', text: budget([80, 100]) }],
    bad: [{ file: 'main.tf', text: budget([100]) }],
  },
  applies: ofType('aws_budgets_budget', 'google_billing_budget'),
  check: (resource, evidence) => {
    const warning = parameterOf(
      'CST-01.warning_percent',
      environmentOf(resource, evidence),
      evidence.parameters,
    )
    return isGoogle(resource) ? judgeGoogle(resource, warning) : judgeAws(resource, warning)
  },
  missing: (evidence: Evidence) =>
    missingInAws(evidence, judge.fail('resources of AWS, and no budget is made')),
}

/** Where on the budget somebody is told, in percent; a rule that tells nobody has no place. */
interface Told {
  readonly percents: readonly number[]
  readonly hidden?: string
}

function judgeAws(resource: Resource, warning: number): Verdict {
  const blocks = childrenOf(resource, 'notification')
  const whole = attributeOf(resource, 'notification')
  if (blocks.length === 0) {
    return whole?.known === false
      ? judge.unknown(`notification ${whole.why}`, whole)
      : judge.fail('nobody is told')
  }
  const percents: number[] = []
  let hidden: string | undefined
  for (const path of blocks) {
    const [threshold, type] = ['threshold', 'threshold_type'].map((name) =>
      attributeOf(resource, `${path}.${name}`),
    )
    if (threshold?.known !== true || type?.known === false) hidden = `${path} is not known`
    else if (type?.value === 'PERCENTAGE' && isHeard(resource, path)) percents.push(Number(threshold.value))
  }
  return judgeTold({ percents, ...(hidden === undefined ? {} : { hidden }) }, warning)
}

function isHeard(resource: Resource, path: string): boolean {
  return ['subscriber_email_addresses', 'subscriber_sns_topic_arns'].some((name) => {
    const list = attributeOf(resource, `${path}.${name}`)
    if (list === undefined) return false
    return !(list.known && (list.value === null || (Array.isArray(list.value) && list.value.length === 0)))
  })
}

function judgeGoogle(resource: Resource, warning: number): Verdict {
  const rules = childrenOf(resource, 'threshold_rules')
  const whole = attributeOf(resource, 'threshold_rules')
  if (rules.length === 0 && whole?.known === false)
    return judge.unknown(`threshold_rules ${whole.why}`, whole)
  const values = rules.map((path) => knownValueOf(resource, `${path}.threshold_percent`))
  const hidden = values.includes(undefined) ? 'a threshold is not known' : undefined
  const percents = values.filter((value) => value !== undefined).map((value) => Number(textOf(value)) * 100)
  return judgeTold({ percents, ...(hidden === undefined ? {} : { hidden }) }, warning)
}

function judgeTold({ percents, hidden }: Told, warning: number): Verdict {
  const lacking = [
    percents.some((each) => each <= warning) ? undefined : `${warning} %`,
    percents.some((each) => each > warning && each <= 100) ? undefined : '100 %',
  ].filter((each) => each !== undefined)
  if (lacking.length === 0) return judge.pass('somebody is told before and when the budget is gone')
  return hidden === undefined
    ? judge.fail(`nobody is told at ${lacking.join(' and ')}`)
    : judge.unknown(hidden)
}

function budget(percents: readonly number[]): string {
  const notifications = percents.map(
    (percent) => `  notification {
    threshold                  = ${percent}
    threshold_type             = "PERCENTAGE"
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["platform@campus.example"]
  }
`,
  )
  return `resource "aws_budgets_budget" "month" {
  budget_type  = "COST"
  limit_amount = "500"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
${notifications.join('')}}
`
}
