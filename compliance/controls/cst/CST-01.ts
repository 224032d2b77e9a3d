/** Somebody is told before the money is gone. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Evidence,
  type Json,
  type Resource,
} from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAws } from '../read/aws-account.ts'
import { bestOf, type Answer } from '../read/certainty.ts'
import { addressOf, environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
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
  const kind = attributeOf(resource, 'budget_type')
  if (kind?.known === false) return judge.unknown(`budget_type ${kind.why}`, kind)
  if (kind !== undefined && textOf(kind.value) !== 'COST')
    return judge.fail(`it is a budget of ${textOf(kind.value)}, not of cost`, kind)
  const blocks = childrenOf(resource, 'notification')
  const whole = attributeOf(resource, 'notification')
  if (blocks.length === 0) {
    return whole?.known === false
      ? judge.unknown(`notification ${whole.why}`, whole)
      : judge.fail('nobody is told')
  }
  const told = blocks.map((path) => percentAt(resource, path))
  const hidden = told.find((each) => typeof each === 'string')
  const percents = told.filter((each) => typeof each === 'number')
  return judgeTold({ percents, ...(hidden === undefined ? {} : { hidden }) }, warning)
}

/** At how many percent a notification tells somebody; undefined where it tells nobody, a text where nobody knows. */
function percentAt(resource: Resource, path: string): number | string | undefined {
  const names = ['threshold', 'threshold_type', 'comparison_operator']
  const [threshold, type, operator] = names.map((name) => attributeOf(resource, `${path}.${name}`))
  const heard = isHeard(resource, path)
  if (textOf(operator?.known === true ? operator.value : '') === 'LESS_THAN' || heard === 'no')
    return undefined
  if (threshold?.known !== true || type?.known === false || operator?.known === false || heard === 'maybe')
    return `${path} is not known`
  if (type?.value === 'PERCENTAGE') return Number(threshold.value)
  const limit = attributeOf(resource, 'limit_amount')
  if (limit?.known !== true) return `${path} is an amount, and the limit is not known`
  return (Number(threshold.value) / Number(textOf(limit.value))) * 100
}

function isHeard(resource: Resource, path: string): Answer {
  const answers = ['subscriber_email_addresses', 'subscriber_sns_topic_arns'].map((name): Answer => {
    const list = attributeOf(resource, `${path}.${name}`)
    if (list === undefined) return 'no'
    if (childrenOf(resource, `${path}.${name}`).some((each) => !each.endsWith('.*'))) return 'yes'
    return list.known ? 'no' : 'maybe'
  })
  return bestOf(answers)
}

function judgeGoogle(resource: Resource, warning: number): Verdict {
  const silent = isSilent(resource)
  if (silent === 'yes') return judge.fail('nobody is told: the recipients by role are switched off')
  if (silent === 'maybe') return judge.unknown('who is told is not known')
  const rules = childrenOf(resource, 'threshold_rules')
  const whole = attributeOf(resource, 'threshold_rules')
  if (rules.length === 0 && whole?.known === false)
    return judge.unknown(`threshold_rules ${whole.why}`, whole)
  const values = rules.map((path) => knownValueOf(resource, `${path}.threshold_percent`))
  const hidden = values.includes(undefined) ? 'a threshold is not known' : undefined
  const percents = values.filter((value) => value !== undefined).map((value) => Number(textOf(value)) * 100)
  return judgeTold({ percents, ...(hidden === undefined ? {} : { hidden }) }, warning)
}

/** Google tells those who administer the billing, unless that is switched off; then somebody else has to be named. */
function isSilent(resource: Resource): Answer {
  const rule = childrenOf(resource, 'all_updates_rule')[0] ?? 'all_updates_rule'
  const isOff = attributeOf(resource, `${rule}.disable_default_iam_recipients`)
  if (isOff === undefined || (isOff.known && !isTrue(isOff.value))) return 'no'
  const named = bestOf(
    ['pubsub_topic', 'monitoring_notification_channels'].map((name) => isNamed(resource, `${rule}.${name}`)),
  )
  if (named === 'yes') return 'no'
  return isOff.known && named === 'no' ? 'yes' : 'maybe'
}

/** Somebody is named by a known value or by a resource that is made or looked up; any other expression may be empty. */
function isNamed(resource: Resource, path: string): Answer {
  const children = childrenOf(resource, path)
  if (children.length > 0) return bestOf(children.map((each) => isNamed(resource, each)))
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return 'no'
  if (attribute.known) return isNothing(attribute.value) ? 'no' : 'yes'
  return addressOf(attribute) === undefined ? 'maybe' : 'yes'
}

function isNothing(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
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
