/** Load balancers answer by HTTPS, or send to HTTPS. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { headerText, isDoor, whyNoPage } from '../read/door.ts'
import { isListener, plainRuleOf, spokenBy } from '../read/listener.ts'
import { mended } from '../read/mend.ts'
import { rootOf } from '../read/neighbours.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import { oncePerScan } from '../read/once.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'listeners speak HTTPS, or HTTP whose default action redirects to HTTPS',
  'set protocol to HTTPS, or make the default action a redirect with protocol HTTPS',
)

const isClassic = ofType('aws_elb')
const isProxy = ofType('google_compute_target_http_proxy', 'google_compute_region_target_http_proxy')
const redirect = 'default_action.0.redirect.0'

const listener = (protocol: string) =>
  `resource "aws_lb_listener" "web" {
  port     = ${protocol === 'HTTP' ? 80 : 443}
  protocol = "${protocol}"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}
`

export const control: Control = {
  id: 'TLS-04',
  sources: ['terraform', 'http'],
  page: {
    why: 'Logins and records that travel by plain HTTP can be read and changed by anybody on the way.',
    good: [{ file: 'main.tf', text: listener('HTTPS') }],
    bad: [{ file: 'main.tf', text: listener('HTTP') }],
  },
  applies: (resource) => isListener(resource) || isClassic(resource) || isProxy(resource) || isDoor(resource),
  check: (resource, evidence) => {
    if (isDoor(resource)) return judgeDoor(resource)
    if (isClassic(resource)) return judgeClassic(resource)
    return isProxy(resource) ? judgeProxy(resource, evidence) : judgeListener(resource, evidence)
  },
}

function judgeListener(resource: Resource, evidence: Evidence): Verdict {
  const spoken = spokenBy(resource, evidence)
  if ('why' in spoken) return judge.unknown(spoken.why, spoken.at)
  if ('none' in spoken) return judge.notApplicable(spoken.none)
  const { protocol, at } = spoken
  if (protocol === 'HTTPS' || protocol === 'TLS') return judge.pass(`it speaks ${protocol}`, at)
  if (protocol === 'HTTP') return judgePlain(resource, evidence, at)
  return isWebPort(resource)
    ? judge.unknown(`it passes on ${protocol} at a port of HTTP`, at)
    : judge.notApplicable(`it passes on ${protocol} without reading it`, at)
}

function judgePlain(resource: Resource, evidence: Evidence, protocol: Attribute | undefined): Verdict {
  const type = attributeOf(resource, 'default_action.0.type')
  if (type?.known === false) return judge.unknown(`default_action ${type.why}`, type)
  if (type?.value !== 'redirect')
    return mended(judge.fail('it answers plain HTTP', protocol), ...redirecting(resource, evidence))
  const target = attributeOf(resource, `${redirect}.protocol`)
  if (target?.known === false) return judge.unknown(`redirect ${target.why}`, target)
  if (target?.value !== 'HTTPS')
    return mended(judge.fail('it redirects without leaving HTTP', target ?? protocol), {
      set: `${redirect}.protocol`,
      to: 'HTTPS',
    })
  const plain = plainRuleOf(resource, evidence)
  if (plain !== undefined)
    return plain.isSure
      ? judge.fail(`${plain.rule.address} answers plain HTTP`, plain.rule.position)
      : judge.unknown(`${plain.rule.address} may answer plain HTTP`, plain.rule.position)
  const isPermanent = knownValueOf(resource, `${redirect}.status_code`) === 'HTTP_301'
  return judge.pass(`it redirects to HTTPS ${isPermanent ? 'for good' : ''}`.trim(), target)
}

/** A classic balancer cannot redirect. */
function judgeClassic(resource: Resource): readonly Verdict[] {
  const whole = attributeOf(resource, 'listener')
  const verdicts = childrenOf(resource, 'listener').map((path): Verdict => {
    const protocol = attributeOf(resource, `${path}.lb_protocol`)
    if (protocol?.known !== true)
      return { ...judge.unknown(`lb_protocol ${protocol?.why ?? 'is not set'}`, protocol), part: path }
    const text = textOf(protocol.value).toLowerCase()
    const found = `it speaks ${text}`
    if (text === 'http') return { ...judge.fail('it answers plain HTTP', protocol), part: path }
    return {
      ...(text === 'tcp' ? judge.notApplicable(found, protocol) : judge.pass(found, protocol)),
      part: path,
    }
  })
  if (verdicts.length > 0) return verdicts
  return [
    whole?.known === false
      ? judge.unknown(`listener ${whole.why}`, whole)
      : judge.notApplicable('it has no listener'),
  ]
}

/** Modules with a listener that answers by HTTPS. */
const securedModules = oncePerScan(
  ({ resources }) =>
    new Set(
      resources
        .filter((each) => isListener(each) && knownValueOf(each, 'protocol') === 'HTTPS')
        .map(moduleOf),
    ),
)

function moduleOf(resource: Resource): string {
  return `${rootOf(resource)}\n${resource.scope?.module ?? ''}`
}

/** A redirect helps only where HTTPS is answered already. */
function redirecting(resource: Resource, evidence: Evidence): readonly Mend[] {
  if (
    !securedModules(evidence).has(moduleOf(resource)) ||
    attributeOf(resource, 'default_action.1') !== undefined
  )
    return []
  const old = ['target_group_arn', 'forward', 'fixed_response'].map((name) => `default_action.0.${name}`)
  return [
    ...old.filter((path) => attributeOf(resource, path) !== undefined).map((path) => ({ remove: path })),
    { set: 'default_action.0.type', to: 'redirect' },
    { set: `${redirect}.protocol`, to: 'HTTPS' },
    { set: `${redirect}.port`, to: '443' },
    { set: `${redirect}.status_code`, to: 'HTTP_301' },
  ]
}

/** Plain HTTP may be what is passed on, at a port where browsers ask for it or one that is not known. */
function isWebPort(resource: Resource): boolean {
  const port = attributeOf(resource, 'port')
  return port?.known === false || ['80', '8080', '8000'].includes(textOf(port?.value))
}

/** A proxy for plain HTTP may only redirect; what it does stands in its map. */
function judgeProxy(resource: Resource, evidence: Evidence): Verdict {
  const named = attributeOf(resource, 'url_map')
  const [edge] = edgesOf(resource, 'url_map')
  const [map] = edge?.address === undefined ? [] : resourcesAt(evidence, resource, edge.address)
  if (map === undefined || map.type.startsWith('data.'))
    return judge.unknown('url_map names a map that is not here', named)
  const answers = [
    judgeRedirect(map, 'default_url_redirect', named),
    ...childrenOf(map, 'path_matcher').flatMap((matcher) => [
      judgeRedirect(map, `${matcher}.default_url_redirect`, named),
      ...['path_rule', 'route_rules'].flatMap((rules) =>
        childrenOf(map, `${matcher}.${rules}`).map((rule) =>
          judgeRedirect(map, `${rule}.url_redirect`, named),
        ),
      ),
    ]),
  ]
  return worstOf(answers, judge.unknown('what it does is not known', named))
}

function judgeRedirect(map: Resource, path: string, named: Attribute | undefined): Verdict {
  const https = attributeOf(map, `${path}.0.https_redirect`)
  if (https?.known === false) return judge.unknown(`https_redirect ${https.why}`, https)
  if (https !== undefined && isTrue(https.value)) return judge.pass('it redirects to HTTPS', https)
  const whole = attributeOf(map, path)
  if (whole?.known === false && childrenOf(map, path).length === 0)
    return judge.unknown(`${path} ${whole.why}`, whole)
  return judge.fail(`${map.address} answers plain HTTP`, named)
}

/** What never leaves the machine cannot be read on the way. */
function judgeDoor(resource: Resource): Verdict {
  const why = whyNoPage(resource)
  if (why !== undefined) return judge.unknown(`the page ${why}`)
  const url = URL.parse(textOf(knownValueOf(resource, 'url')))
  if (url === null) return judge.unknown('its address is not known')
  if (url.protocol === 'https:') return judge.notApplicable('it is asked by HTTPS')
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
    return judge.notApplicable('it is asked on this machine')
  const status = Number(knownValueOf(resource, 'page.status'))
  const target = headerText(resource, 'location') ?? ''
  const next = URL.parse(target, url.href)
  if (![301, 308].includes(status)) return judge.fail(`plain HTTP is answered with ${status}`)
  return next?.protocol === 'https:' && next.hostname === url.hostname
    ? judge.pass('it redirects to HTTPS for good')
    : judge.fail('it redirects elsewhere than to HTTPS on the same host')
}
