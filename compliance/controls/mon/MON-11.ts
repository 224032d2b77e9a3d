/** Changes that an intruder makes first raise an alarm: rights, trails, networks, keys, and logins that fail. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import type { Answer } from '../read/certainty.ts'
import { eventRulesOf } from '../read/event-rules.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a metric filter with an alarm that notifies, or an EventBridge rule with a target, for each kind of event',
  'add an aws_cloudwatch_log_metric_filter on the log group of the trail and an aws_cloudwatch_metric_alarm with alarm_actions',
)

/** What has to raise an alarm, and the words of CloudTrail by which a pattern names it. */
const kinds = [
  ['unauthorised calls', /UnauthorizedOperation|AccessDenied/],
  ['use of the root user', /userIdentity\.type[^]*Root|"Root"/],
  ['failed logins', /Failed authentication|ConsoleLogin[^]*Fail/],
  ['policies', /(?:Put|Attach|Create|Delete)(?:Role|User|Group)?Policy/],
  ['the trail', /(?:Update|Delete|Stop)(?:Trail|Logging)/],
  ['security groups', /(?:Authorize|Revoke|Create|Delete)SecurityGroup/],
  ['network access lists', /(?:Create|Delete|Replace)NetworkAcl/],
  ['routes', /(?:Create|Delete|Replace|Disassociate)Route/],
  ['networks', /(?:Create|Delete|Modify)Vpc/],
  ['keys', /DisableKey|ScheduleKeyDeletion/],
  ['bucket policies', /(?:Put|Delete)Bucket(?:Policy|Acl)/],
  ['AWS Config', /StopConfigurationRecorder|DeleteDeliveryChannel|PutConfigurationRecorder/],
  ['the organisation', /organizations\.amazonaws\.com/],
] as const

const trail =
  'resource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail-of-campus"\n}\n'
const everything =
  '{ ($.errorCode = AccessDenied) || ($.userIdentity.type = "Root") || ($.errorMessage = "Failed authentication") || ($.eventName = PutRolePolicy) || ($.eventName = StopLogging) || ($.eventName = CreateSecurityGroup) || ($.eventName = CreateNetworkAcl) || ($.eventName = CreateRoute) || ($.eventName = CreateVpc) || ($.eventName = DisableKey) || ($.eventName = PutBucketPolicy) || ($.eventName = StopConfigurationRecorder) || ($.eventSource = organizations.amazonaws.com) }'

export const control: Control = {
  id: 'MON-11',
  sources: ['terraform'],
  page: {
    why: 'Who gets in first gives himself rights and switches the trail off. Both are single calls, and rare enough to ring a bell for each.',
    good: [
      {
        file: 'main.tf',
        text: `${trail}\nresource "aws_cloudwatch_log_metric_filter" "changes" {\n  name           = "changes"\n  log_group_name = "trail"\n  pattern        = ${JSON.stringify(everything)}\n\n  metric_transformation {\n    name      = "changes"\n    namespace = "trail"\n    value     = "1"\n  }\n}\n\nresource "aws_cloudwatch_metric_alarm" "changes" {\n  alarm_name    = "changes"\n  metric_name   = "changes"\n  alarm_actions = ["arn:aws:sns:us-east-1:111122223333:security"]\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: trail }],
  },
  applies: ofType('aws_cloudtrail'),
  check: judgeTrail,
}

function judgeTrail(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const bells = [...filtersOf(resource, evidence), ...rulesOf(resource, evidence)]
  const hidden = bells.some(({ pattern, isHeard }) => pattern === undefined || isHeard === 'maybe')
  return kinds.map(([what, words]): Verdict => {
    const own = bells.filter(({ pattern }) => pattern !== undefined && words.test(pattern))
    const part = { part: what }
    if (own.some(({ isHeard }) => isHeard === 'yes')) return { ...judge.pass(`${what}: alarms`), ...part }
    if (hidden) return { ...judge.unknown(`${what}: which alarms there are is not known`), ...part }
    return {
      ...judge.fail(own.length === 0 ? `${what}: nothing watches` : `${what}: the alarm tells nobody`),
      ...part,
    }
  })
}

interface Bell {
  /** Undefined where it is not known. */
  readonly pattern: string | undefined
  readonly isHeard: Answer
}

function filtersOf(resource: Resource, evidence: Evidence): readonly Bell[] {
  const alarms = inRoot(evidence, resource, 'aws_cloudwatch_metric_alarm')
  return inRoot(evidence, resource, 'aws_cloudwatch_log_metric_filter').map((filter): Bell => {
    const pattern = attributeOf(filter, 'pattern')
    const metric = attributeOf(filter, 'metric_transformation.0.name')
    const own = alarms.filter((alarm) => isSame(metric, attributeOf(alarm, 'metric_name'), filter))
    return {
      pattern: pattern?.known === true ? textOf(pattern.value) : undefined,
      isHeard: own.some((alarm) => actsOn(alarm)) ? 'yes' : own.some(mayAct) ? 'maybe' : 'no',
    }
  })
}

/** The same text, the same expression, or a reference to the filter itself. */
function isSame(metric: Attribute | undefined, watched: Attribute | undefined, filter: Resource): boolean {
  if (metric === undefined || watched === undefined) return false
  if (metric.known && watched.known) return metric.value === watched.value
  const identity = watched.known ? watched.identity : (watched.identity ?? watched.expression)
  return (
    identity?.includes(filter.address) === true ||
    (!metric.known && !watched.known && metric.identity === watched.identity)
  )
}

function actsOn(alarm: Resource): boolean {
  const actions = attributeOf(alarm, 'alarm_actions')
  // A list of references is not known, and not empty either.
  return childrenOf(alarm, 'alarm_actions').some((path) => !path.endsWith('*')) && actions !== undefined
}

function mayAct(alarm: Resource): boolean {
  return attributeOf(alarm, 'alarm_actions')?.known === false
}

function rulesOf(resource: Resource, evidence: Evidence): readonly Bell[] {
  return eventRulesOf(resource, evidence).map(({ rule, isHeard }): Bell => {
    const pattern = attributeOf(rule, 'event_pattern')
    return {
      pattern: pattern === undefined ? '' : pattern.known ? JSON.stringify(pattern.value) : undefined,
      isHeard,
    }
  })
}
