/** Load balancers answer by HTTPS, or send to HTTPS. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { headerText, isDoor, whyNoPage } from '../read/door.ts'
import { mended } from '../read/mend.ts'
import { inModule, ofType, refersTo } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'listeners speak HTTPS, or HTTP whose default action redirects to HTTPS',
  'set protocol to HTTPS, or make the default action a redirect with protocol HTTPS',
)

const isListener = ofType('aws_lb_listener', 'aws_alb_listener')
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
  applies: (resource) => isListener(resource) || isProxy(resource) || isDoor(resource),
  check: (resource, evidence) => {
    if (isDoor(resource)) return judgeDoor(resource)
    return isProxy(resource) ? judgeProxy(resource, evidence) : judgeListener(resource, evidence)
  },
}

function judgeListener(resource: Resource, evidence: Evidence): Verdict {
  const protocol = attributeOf(resource, 'protocol')
  if (protocol === undefined) return judge.unknown('protocol is not set')
  if (!protocol.known) return judge.unknown(`protocol ${protocol.why}`, protocol)
  if (protocol.value === 'HTTPS' || protocol.value === 'TLS') {
    return judge.pass(`it speaks ${protocol.value}`, protocol)
  }
  if (protocol.value !== 'HTTP') {
    if (isWebPort(resource)) {
      return judge.unknown(`it passes on ${textOf(protocol.value)} at a port of HTTP`, protocol)
    }
    return judge.notApplicable(`it passes on ${textOf(protocol.value)} without reading it`, protocol)
  }
  const type = attributeOf(resource, 'default_action.0.type')
  if (type?.known === false) return judge.unknown(`default_action ${type.why}`, type)
  if (type?.value !== 'redirect')
    return mended(judge.fail('it answers plain HTTP', protocol), ...redirecting(resource, evidence))
  const target = attributeOf(resource, `${redirect}.protocol`)
  if (target?.known === false) return judge.unknown(`redirect ${target.why}`, target)
  const isPermanent = knownValueOf(resource, `${redirect}.status_code`) === 'HTTP_301'
  return target?.value === 'HTTPS'
    ? judge.pass(`it redirects to HTTPS ${isPermanent ? 'for good' : ''}`.trim(), target)
    : mended(judge.fail('it redirects without leaving HTTP', target ?? protocol), {
        set: `${redirect}.protocol`,
        to: 'HTTPS',
      })
}

/** A redirect helps only where HTTPS is answered already. */
function redirecting(resource: Resource, evidence: Evidence): readonly Mend[] {
  const isSecure = inModule(evidence, resource, 'aws_lb_listener', 'aws_alb_listener').some(
    (each) => knownValueOf(each, 'protocol') === 'HTTPS',
  )
  if (!isSecure || attributeOf(resource, 'default_action.1') !== undefined) return []
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
  const maps = inModule(evidence, resource, 'google_compute_url_map', 'google_compute_region_url_map')
  const map = maps.find((each) => refersTo(named, each) === 'yes')
  if (map === undefined) return judge.unknown('url_map names a map that is not here', named)
  const https = attributeOf(map, 'default_url_redirect.0.https_redirect')
  if (https?.known === false) return judge.unknown(`https_redirect ${https.why}`, https)
  if (https !== undefined && isTrue(https.value)) return judge.pass('it redirects to HTTPS', https)
  const whole = attributeOf(map, 'default_url_redirect')
  if (whole?.known === false) return judge.unknown(`default_url_redirect ${whole.why}`, whole)
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
