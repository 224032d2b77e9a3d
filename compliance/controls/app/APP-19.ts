/** How a service works and how it is are told to those who run it. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample, nginxExample } from '../read/door-example.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { listOf, matchOf, whyOpen } from '../read/nginx-limits.ts'
import { isLocation } from '../read/nginx.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'documentation, metrics and details of health ask for a login, or stand in a private network',
  'serve them on a port of the private network, or behind allow and deny or a login',
)

const telling =
  /(?:^|[/^~ (|])(?:docs|redoc|swagger(?:-ui)?|openapi(?:\.json)?|metrics|actuator|debug|stub_status|nginx_status|server-status)(?:$|[/)|$ (.])/i
const open = (status: number) =>
  doorExample({}, { unknown_path: { status: 404 }, open: [{ path: '/metrics', status }] })

export const control: Control = {
  id: 'APP-19',
  sources: ['http', 'nginx'],
  page: {
    why: 'Metrics tell how many people log in and which errors repeat, documentation lists every door: both save whoever attacks a day of work.',
    good: [open(404), nginxExample('', '      allow 10.0.0.0/8;\n      deny all;', '/metrics')],
    bad: [open(200), nginxExample('', '', '/metrics')],
  },
  applies: (resource) => isDoor(resource) || isLocation(resource),
  check: (resource) => (isDoor(resource) ? judgeDoor(resource) : judgeLocation(resource)),
}

function judgeDoor(door: Resource): Verdict | readonly Verdict[] {
  const why = whyNoPage(door)
  if (why !== undefined) return judge.unknown(why)
  const paths = childrenOf(door, 'open')
  if (paths.length === 0) return judge.unknown('it was not asked for any of them')
  if (isPrivate(textOf(knownValueOf(door, 'url')))) return judge.pass('it stands at a private address')
  // A door that answers every path alike tells nothing by answering this one.
  const answersAll = Number(knownValueOf(door, 'unknown_path.status') ?? 0) === 200
  return paths.map((path): Verdict => {
    const name = textOf(knownValueOf(door, `${path}.path`))
    const status = attributeOf(door, `${path}.status`)
    if (status?.known !== true)
      return { ...judge.unknown(status?.why ?? `${name} was not asked`), part: name }
    if (status.value !== 200)
      return { ...judge.pass(`${name} is answered ${textOf(status.value)}`), part: name }
    return {
      ...(answersAll ? judge.unknown(`${name} is answered like any path`) : judge.fail(`${name} is open`)),
      part: name,
    }
  })
}

/** Addresses nobody reaches from the internet (RFC 1918, RFC 4193, loopback). */
function isPrivate(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|localhost$|\[::1\]$|\[f[cd])/.test(host)
}

function judgeLocation(location: Resource): Verdict {
  const unread = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(unread ?? 'nothing is known of it')
  const isStatus = attributeOf(location, 'stub_status') !== undefined
  if (!telling.test(matchOf(location)) && !isStatus)
    return judge.notApplicable('it tells nothing of the kind')
  const isClosed =
    listOf(location, 'deny').includes('all') ||
    ['auth_basic', 'auth_request', 'auth_jwt', 'internal'].some((name) => {
      const value = knownValueOf(location, name)
      return value !== undefined && value !== 'off'
    }) ||
    /^(?:403|404|444|401)\b/.test(textOf(knownValueOf(location, 'return')))
  if (isClosed) return judge.pass('it is closed to strangers')
  return unread === undefined ? judge.fail('nothing closes it') : judge.unknown(unread)
}
