/** Interfaces for operators are not published on every interface. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import {
  hostReachOf,
  isConsole,
  isConsoleName,
  isService,
  onLoopback,
  publicationsOf,
} from '../read/compose.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { isKubernetesService, serviceNamesOf, serviceTypeOf } from '../read/manifest.ts'
import { mended } from '../read/mend.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'monitoring and administration interfaces are published on 127.0.0.1 or not at all',
  "write '127.0.0.1:3000:3000' and put a proxy with a login in front",
)

const grafana = (port: string) =>
  `services:\n  grafana:\n    image: grafana/grafana:12.0.2\n    ports: [${port}]\n`

export const control: Control = {
  id: 'NET-18',
  sources: ['compose', 'kubernetes', 'http'],
  page: {
    why: 'These interfaces show everything and many change everything; most of them ask for no login, or for a known one.',
    good: [{ file: 'docker-compose.yml', text: grafana("'127.0.0.1:3001:3000'") }],
    bad: [{ file: 'docker-compose.yml', text: grafana("'3001:3000'") }],
  },
  applies: (resource) =>
    (isService(resource) && isConsole(resource)) ||
    (isDoor(resource) && isConsoleName(resource.name)) ||
    (isKubernetesService(resource) && serviceNamesOf(resource).some(isConsoleName)),
  check: (resource) => {
    if (isDoor(resource)) return judgeDoor(resource)
    return isService(resource) ? judgePorts(resource) : judgeService(resource)
  },
}

function judgePorts(resource: Resource): Verdict {
  const mode = attributeOf(resource, 'network_mode')
  const onHost = hostReachOf(resource)
  if (onHost === 'everywhere') return judge.fail('it listens on every interface of the host', mode)
  if (onHost === 'unknown') return judge.unknown('what it listens on is not known', mode)
  if (onHost === 'loopback') return judge.pass('it listens on the loopback only', mode)
  const verdicts = publicationsOf(resource).map((publication) => {
    const { reach, attribute } = publication
    if (reach === 'everywhere')
      return mended(
        judge.fail('published on every interface', attribute),
        ...onLoopback(resource, publication),
      )
    if (reach === 'host') return judge.pass('published on the loopback only', attribute)
    return judge.unknown('the address it is published on is not known', attribute)
  })
  return worstOf(verdicts, judge.notApplicable('no port is published'))
}

function judgeService(resource: Resource): Verdict {
  const { reach, at } = serviceTypeOf(resource)
  if (reach === 'inside') return judge.pass('it is reached from inside the cluster', at)
  return reach === 'outside'
    ? judge.fail('it is reached from outside of the cluster', at)
    : judge.unknown('its type is not known', at)
}

/** Asked without credentials it must refuse, or send to a login. */
function judgeDoor(resource: Resource): Verdict {
  const why = whyNoPage(resource)
  if (why !== undefined)
    return /ECONNREFUSED/.test(why) ? judge.pass('it refuses connections') : judge.unknown(`the page ${why}`)
  const status = Number(knownValueOf(resource, 'page.status'))
  const host = URL.parse(textOf(knownValueOf(resource, 'url')))?.hostname ?? ''
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(host)) return judge.pass('it is asked on this machine')
  const target = textOf(knownValueOf(resource, 'page.header.location'))
  if ([401, 403].includes(status)) return judge.pass(`it answers ${status}`)
  if (status >= 300 && status < 400 && /log-?in|sign-?in|oauth|auth/i.test(target))
    return judge.pass('it sends to a login')
  return judge.fail(`it answers ${status} without credentials`)
}
