/** Services stand on networks of their own choice, data stores on internal ones. */
import { attributeOf, childrenOf, lastSegmentOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService, isStore } from '../read/compose.ts'
import { inFileAt } from '../read/neighbours.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'every service names its networks, and those of data stores are internal',
  'name networks under services and set internal: true on those that hold data',
)

const store = (lines: string, beside: string) =>
  `services:\n  db:\n    image: postgres:16.4\n${lines}${beside}`

export const control: Control = {
  id: 'NET-17',
  sources: ['compose'],
  page: {
    why: 'On the default network every container may talk to every other one, and the database to the internet.',
    good: [
      {
        file: 'docker-compose.yml',
        text: store('    networks: [back]\n', '\nnetworks:\n  back:\n    internal: true\n'),
      },
    ],
    bad: [{ file: 'docker-compose.yml', text: store('', '') }],
  },
  applies: isService,
  check: (resource, evidence) => judgeNetworks(resource, evidence, [resource]),
}

/** @param standsFor the service that is judged, followed by those whose network it shares, up to `resource` */
function judgeNetworks(resource: Resource, evidence: Evidence, standsFor: readonly Resource[]): Verdict {
  const mode = attributeOf(resource, 'network_mode')
  const shared = mode?.known === true ? /^service:(.+)$/.exec(textOf(mode.value))?.[1] : undefined
  if (shared !== undefined)
    return { ...judgeShared(shared, evidence, standsFor), ...(mode === undefined ? {} : { at: mode }) }
  if (mode?.known === false) return judge.unknown(`network_mode ${mode.why}`, mode)
  if (mode?.known === true) {
    return mode.value === 'none'
      ? judge.pass('it has no network', mode)
      : judge.fail(`network_mode is ${textOf(mode.value)}`, mode)
  }
  const networks = attributeOf(resource, 'networks')
  if (networks === undefined) return judge.fail('it stands on the default network')
  const names = childrenOf(resource, 'networks')
  if (names.length === 0) {
    return networks.known
      ? judge.fail('it stands on the default network', networks)
      : judge.unknown(`networks ${networks.why}`, networks)
  }
  if (!standsFor.some(isStore)) return judge.pass('it names its networks', networks)
  const verdicts = names.map((path) => judgeInternal(lastSegmentOf(path), resource, evidence))
  return worstOf(
    verdicts.map((verdict) => ({ ...verdict, at: networks })),
    judge.pass('its networks are internal', networks),
  )
}

function judgeShared(name: string, evidence: Evidence, standsFor: readonly Resource[]): Verdict {
  const [first] = standsFor
  const other = first === undefined ? undefined : inFileAt(evidence, first, `service.${name}`)
  if (other === undefined) return judge.unknown(`the service ${name} is not in this file`)
  if (standsFor.includes(other)) return judge.unknown('services share a network in a circle')
  return judgeNetworks(other, evidence, [...standsFor, other])
}

function judgeInternal(name: string, service: Resource, evidence: Evidence): Verdict {
  const network = inFileAt(evidence, service, `network.${name}`)
  if (network === undefined) return judge.unknown(`the network ${name} is not in this file`)
  const internal = attributeOf(network, 'internal')
  if (internal?.known === false) return judge.unknown(`internal of ${name} ${internal.why}`)
  if (internal !== undefined && isTrue(internal.value)) return judge.pass(`${name} is internal`)
  return attributeOf(network, 'external') === undefined
    ? judge.fail(`the network ${name} is not internal`)
    : judge.unknown(`the network ${name} is made elsewhere`)
}
