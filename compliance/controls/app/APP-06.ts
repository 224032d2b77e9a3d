/** No client asks more than ten times a second. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample, nginxExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { hasBlock } from '../read/block.ts'
import { givenAt } from '../read/given.ts'
import { mended } from '../read/mend.ts'
import { isByClient, limitsOf, passesOn, whyOpen } from '../read/nginx-limits.ts'
import { isLocation } from '../read/nginx.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'at the edge a client may ask 10 times a second at most',
  'limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s; limit_req zone=api burst=20 nodelay; or a rate_based_statement of AWS WAF',
)

const zone = '  limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;\n'
const isFirewall = ofType('aws_wafv2_web_acl')

export const control: Control = {
  id: 'APP-06',
  sources: ['nginx', 'terraform', 'http'],
  page: {
    why: 'Without a limit one script reads every course, tries every password, or keeps everybody else from registering on the first day.',
    good: [
      nginxExample(zone, '      limit_req zone=api burst=20 nodelay;'),
      doorExample({}, { burst: { sent: 60, answered: 60, refused: 25 } }),
    ],
    bad: [nginxExample(zone, ''), doorExample({}, { burst: { sent: 60, answered: 60, refused: 0 } })],
  },
  applies: (resource) => isLocation(resource) || isFirewall(resource) || isDoor(resource),
  check: (resource, evidence) => {
    const perSecond = parameterOf(
      'APP-06.requests_per_second',
      environmentOf(resource, evidence),
      evidence.parameters,
    )
    if (isLocation(resource)) return judgeLocation(resource, perSecond)
    return isFirewall(resource) ? judgeFirewall(resource, perSecond) : judgeDoor(resource)
  },
}

function judgeLocation(location: Resource, perSecond: number): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  if (!passesOn(location)) return judge.notApplicable('it hands nothing on')
  const limits = limitsOf(location)
  if (limits.length === 0)
    return open === undefined ? judge.fail('no limit_req holds here') : judge.unknown(open)
  const known = limits.filter(({ perMinute }) => perMinute !== undefined)
  const fitting = known.find(
    ({ perMinute = Infinity, key }) => perMinute <= perSecond * 60 && isByClient(key),
  )
  if (fitting !== undefined)
    return judge.pass(`zone ${fitting.zone} allows ${fitting.perMinute ?? ''} a minute`)
  if (known.length < limits.length) return judge.unknown(open ?? 'its zone is declared nowhere that was read')
  return judge.fail(
    `zone ${known[0]?.zone ?? ''} allows ${known[0]?.perMinute ?? ''} a minute for ${known[0]?.key ?? ''}`,
  )
}

interface Limit {
  readonly path: string
  readonly limit: Attribute | undefined
  readonly windowSeconds: Attribute | undefined
  /** Whether it holds every client by itself to its limit, whatever that client asks for. */
  readonly holds: 'yes' | 'no' | 'unknown'
}

function judgeFirewall(list: Resource, perSecond: number): Verdict {
  const rules = childrenOf(list, 'rule')
  const limits = rules.flatMap((rule) => limitIn(list, rule))
  const verdicts = limits.map((limit) => judgeLimit(limit, perSecond))
  // One limit that holds is enough.
  const best = verdicts.find(({ status }) => status === 'pass')
  if (best !== undefined) return best
  const open =
    attributeOf(list, 'rule.*') ?? (list.attributes.has('') ? attributeOf(list, 'rule') : undefined)
  if (open?.known === false) return judge.unknown(`its rules ${open.why}`, open)
  const unknown = verdicts.find(({ status }) => status === 'unknown')
  if (unknown !== undefined) return unknown
  if (rules.some((rule) => attributeOf(list, `${rule}.statement`)?.known === false && limits.length === 0))
    return judge.unknown('not all of its rules are known')
  const set = { set: `rule.${rules.length}`, to: rateRule(perSecond, rules.length) }
  return verdicts[0] ?? mended(judge.fail('no rule limits the rate'), set)
}

function limitIn(list: Resource, rule: string): Limit[] {
  const path = `${rule}.statement.0.rate_based_statement.0`
  if (attributeOf(list, path) === undefined) return []
  const key = givenAt(list, `${path}.aggregate_key_type`)
  const isCounting = hasBlock(list, `${rule}.action.0.count`)
  const isPartial = hasBlock(list, `${path}.scope_down_statement`)
  const kind = key === undefined ? 'IP' : key.known ? textOf(key.value) : undefined
  const holds =
    isCounting === 'yes' || kind === 'CONSTANT'
      ? 'no'
      : isCounting === 'no' && isPartial === 'no' && (kind === 'IP' || kind === 'FORWARDED_IP')
        ? 'yes'
        : 'unknown'
  const windowSeconds = givenAt(list, `${path}.evaluation_window_sec`)
  return [{ path, limit: attributeOf(list, `${path}.limit`), windowSeconds, holds }]
}

function judgeLimit({ path, limit, windowSeconds, holds }: Limit, perSecond: number): Verdict {
  if (limit?.known !== true) return judge.unknown(`limit ${limit?.why ?? 'is not written'}`, limit)
  if (holds === 'no') return judge.fail('its rule only counts, or counts all clients together', limit)
  if (windowSeconds?.known === false)
    return judge.unknown(`evaluation_window_sec ${windowSeconds.why}`, windowSeconds)
  // The window is five minutes unless the rule says another one.
  const window = Number(windowSeconds?.value ?? 300)
  const most = perSecond * window
  const said = `${textOf(limit.value)} requests in ${window} s`
  if (Number(limit.value) > most) return mended(judge.fail(said, limit), { set: `${path}.limit`, to: most })
  return holds === 'yes'
    ? judge.pass(said, limit)
    : judge.unknown(`${said}, and which requests count is not all known`, limit)
}

function rateRule(perSecond: number, priority: number) {
  const name = 'rate-of-one-client'
  return {
    name,
    priority: 1_000 + priority,
    action: { block: {} },
    statement: { rate_based_statement: { limit: perSecond * 300, aggregate_key_type: 'IP' } },
    visibility_config: {
      cloudwatch_metrics_enabled: true,
      metric_name: name,
      sampled_requests_enabled: true,
    },
  }
}

function judgeDoor(door: Resource): Verdict {
  if (door.attributes.has('')) return judge.unknown('it does not answer')
  if (attributeOf(door, 'burst') === undefined)
    return judge.notApplicable('nobody allowed the scan to ask many times')
  const refused = knownValueOf(door, 'burst.refused')
  if (typeof refused !== 'number') return judge.unknown('what came of many questions is not known')
  const said = `${refused} of ${textOf(knownValueOf(door, 'burst.sent'))} questions at once were refused`
  return refused > 0 ? judge.pass(said) : judge.fail(said)
}
