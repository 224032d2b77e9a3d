/** Logs are kept as long as somebody may ask, and then no longer. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import type { Answer } from '../read/certainty.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
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

const audit = /audit|trail|ledger|disclosure/i

function judgeGroup(resource: Resource, evidence: Evidence): Verdict {
  const least = daysFor(isAudit(resource, evidence) === 'yes', resource, evidence)
  const verdict = judgeValue(judge, resource, {
    path: 'retention_in_days',
    // Zero is for ever.
    accepts: (value) => Number(value) >= least,
    absent: 'fail',
  })
  if (verdict.status === 'fail') return { ...verdict, mend: [{ set: 'retention_in_days', to: least }] }
  const days = knownValueOf(resource, 'retention_in_days')
  const isEnough = Number(days) >= daysFor(true, resource, evidence)
  return verdict.status === 'pass' && !isEnough && isAudit(resource, evidence) === 'maybe'
    ? judge.unknown('whether it is an audit log: its name is not known', attributeOf(resource, 'name'))
    : verdict
}

/** By its name, its tags, or because a trail writes to it. */
function isAudit(resource: Resource, evidence: Evidence): Answer {
  const names = ['name', 'name_prefix'].map((path) => attributeOf(resource, path))
  const tags = childrenOf(resource, 'tags').map((path) => textOf(knownValueOf(resource, path)))
  const words = [
    resource.address,
    ...tags,
    ...names.map((each) => textOf(each?.known === true ? each.value : '')),
  ]
  if (words.some((each) => audit.test(each))) return 'yes'
  if (groupsOfTrails(resource, evidence).has(withoutKey(resource.address))) return 'yes'
  return names.some((each) => each?.known === false) ? 'maybe' : 'no'
}

/** Addresses of the groups that trails write to: `"${aws_cloudwatch_log_group.trail.arn}:*"`. */
const groupsOfTrails = oncePerRoot((of, evidence) => {
  const groups = inRoot(evidence, of, 'aws_cloudtrail').flatMap((trail) => {
    const { identity, ...group } = attributeOf(trail, 'cloud_watch_logs_group_arn') ?? {}
    const written = 'expression' in group ? group.expression : undefined
    const own = /\baws_cloudwatch_log_group\.[\w-]+/.exec(written ?? '')?.[0]
    return [
      ...(own === undefined ? [] : [`${trail.scope?.module ?? ''}${own}`]),
      ...(identity === undefined ? [] : [withoutKey(identity.replace(/\.\w+$/, ''))]),
    ]
  })
  return new Set(groups)
})

function withoutKey(address: string): string {
  return address.replace(/\[[^\]]*\]$/, '')
}

function daysFor(isForAudit: boolean, resource: Resource, evidence: Evidence): number {
  const environment = environmentOf(resource, evidence)
  return parameterOf(isForAudit ? 'LOG-08.audit_days' : 'LOG-08.app_days', environment, evidence.parameters)
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
    ...judgeStreams(resource, evidence),
    ...judgeOverrides(resource),
  ]
}

/** Streams with a retention of their own, in place of the one of all. */
function judgeStreams(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const list = 'limits_config.retention_stream'
  return childrenOf(resource, list).map((path) => {
    const selector = attributeOf(resource, `${path}.selector`)
    const isForAudit = selector?.known === true && audit.test(textOf(selector.value))
    const least = daysFor(isForAudit, resource, evidence)
    const verdict = judgeValue(judge, resource, {
      path: `${path}.period`,
      accepts: (value) => daysIn(textOf(value)) >= least,
      absent: 'fail',
    })
    return { ...verdict, part: path }
  })
}

/** Limits of single tenants stand in a file of their own. */
function judgeOverrides(resource: Resource): readonly Verdict[] {
  const paths = ['limits_config.per_tenant_override_config', 'runtime_config.file']
  const path = paths.find((each) => textOf(knownValueOf(resource, each)) !== '')
  return path === undefined
    ? []
    : [{ ...judge.unknown(`${path} names a file that is not read`, attributeOf(resource, path)), part: path }]
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

/** Reads `720h`, `30d` or `1w3d`, as Prometheus writes durations; what is no duration is none. */
function daysIn(text: string): number {
  if (!/^(?:\d+[smhdwy])+$/.test(text)) return 0
  return [...text.matchAll(/(\d+)([smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitDays[unit ?? ''] ?? 0),
    0,
  )
}
