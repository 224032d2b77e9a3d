/** Logs are kept as long as somebody may ask, and then no longer. */
import { knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'retention is set: at least 365 days for audit, 30 for applications (7 in development)',
  'set retention_in_days, or for Loki limits_config.retention_period and compactor.retention_enabled',
)

export const control: Control = {
  id: 'LOG-08',
  sources: ['terraform', 'compose'],
  page: {
    why: 'Too short, and the break-in of last month cannot be understood. For ever, and the log is a copy of personal data nobody may keep.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudwatch_log_group" "audit" {\n  name              = "/audit/campus"\n  retention_in_days = 400\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudwatch_log_group" "audit" {\n  name              = "/audit/campus"\n  retention_in_days = 30\n}\n',
      },
    ],
  },
  applies: (resource) =>
    ofType('aws_cloudwatch_log_group')(resource) || (resource.kind === 'compose' && resource.type === 'loki'),
  check: (resource, evidence) =>
    resource.kind === 'compose' ? judgeLoki(resource, evidence) : judgeGroup(resource, evidence),
}

function judgeGroup(resource: Resource, evidence: Evidence): Verdict {
  const name = `${textOf(knownValueOf(resource, 'name'))} ${resource.address}`
  const least = daysFor(/audit|trail|ledger|disclosure/i.test(name), resource, evidence)
  const verdict = judgeValue(judge, resource, {
    path: 'retention_in_days',
    // Zero is for ever.
    accepts: (value) => Number(value) >= least,
    absent: 'fail',
  })
  if (verdict.status !== 'fail') return verdict
  return { ...verdict, mend: [{ set: 'retention_in_days', to: least }] }
}

function daysFor(isAudit: boolean, resource: Resource, evidence: Evidence): number {
  const environment = environmentOf(resource, evidence)
  return parameterOf(isAudit ? 'LOG-08.audit_days' : 'LOG-08.app_days', environment, evidence.parameters)
}

function judgeLoki(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const least = daysFor(false, resource, evidence)
  const period = judgeValue(judge, resource, {
    path: 'limits_config.retention_period',
    accepts: (value) => daysIn(textOf(value)) >= least,
    absent: 'fail',
  })
  const compactor = judgeValue(judge, resource, {
    path: 'compactor.retention_enabled',
    accepts: isTrue,
    absent: 'fail',
  })
  return [
    mended(period, 'limits_config.retention_period', `${least * 24}h`),
    mended(compactor, 'compactor.retention_enabled', true),
  ]
}

function mended(verdict: Verdict, path: string, to: string | boolean): Verdict {
  const part = { ...verdict, part: path }
  return verdict.status === 'fail' ? { ...part, mend: [{ set: path, to }] } : part
}

const unitDays: Readonly<Record<string, number>> = {
  s: 1 / 86_400,
  m: 1 / 1_440,
  h: 1 / 24,
  d: 1,
  w: 7,
  y: 365,
}

/** Reads `720h` or `30d`; what is no duration is none. */
function daysIn(text: string): number {
  return [...text.matchAll(/(\d+)([smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitDays[unit ?? ''] ?? 0),
    0,
  )
}
