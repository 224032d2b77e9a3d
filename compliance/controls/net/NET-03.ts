/** Data stores are not open to the internet: neither by a firewall rule nor by a port published on every interface. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import {
  hostReachOf,
  isService,
  isStore,
  onLoopback,
  publicationsOf,
  type Publication,
} from '../read/compose.ts'
import { isKubernetesService, servicePortsOf, serviceTypeOf } from '../read/manifest.ts'
import { mended } from '../read/mend.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy, worstOf } from '../verdict.ts'

/** PostgreSQL, Redis, MySQL, MongoDB, Elasticsearch, etcd. */
const ports = [5432, 6379, 3306, 27_017, 9200, 2379]

const judge = judgeBy(
  'data stores can be reached from inside only',
  'let only the networks of the services in; in Compose publish no port, or on 127.0.0.1',
)

const store = (port: string) => `services:\n  db:\n    image: postgres:16.4\n    ports: [${port}]\n`

export const control: Control = {
  id: 'NET-03',
  sources: ['terraform', 'compose', 'kubernetes'],
  page: {
    why: 'A data store on the internet needs one guessed password, or one known fault, to lose every record in it.',
    good: [{ file: 'docker-compose.yml', text: store("'127.0.0.1:5432:5432'") }],
    bad: [{ file: 'docker-compose.yml', text: store("'5432:5432'") }],
  },
  applies: (resource) =>
    holdsRules(resource) || isKubernetesService(resource) || (isService(resource) && holdsData(resource)),
  check: (resource, evidence) => {
    if (isKubernetesService(resource)) return judgeService(resource)
    return resource.kind === 'terraform'
      ? judgeWorld(judge, resource, evidence, { ports })
      : judgePorts(resource)
  },
}

function holdsData(resource: Resource): boolean {
  return isStore(resource) || publicationsOf(resource).some((each) => isStorePort(each) !== 'no')
}

function isStorePort({ targets }: Publication): 'yes' | 'no' | 'unknown' {
  if (targets === undefined) return 'unknown'
  return ports.some((port) => targets.first <= port && port <= targets.last) ? 'yes' : 'no'
}

function judgePorts(resource: Resource): Verdict {
  const mode = attributeOf(resource, 'network_mode')
  const onHost = isStore(resource) ? hostReachOf(resource) : 'none'
  if (onHost === 'everywhere') return judge.fail('it listens on every interface of the host', mode)
  if (onHost === 'unknown') return judge.unknown('what it listens on is not known', mode)
  if (onHost === 'loopback') return judge.pass('it listens on the loopback only', mode)
  const verdicts = publicationsOf(resource).map((publication) => {
    const { reach, attribute } = publication
    if (reach === 'host') return judge.pass('published on the loopback only', attribute)
    if (reach === 'unknown') return judge.unknown('the address it is published on is not known', attribute)
    const holds = isStore(resource) ? 'yes' : isStorePort(publication)
    if (holds === 'unknown') return judge.unknown('which ports are published is not known', attribute)
    return holds === 'yes'
      ? mended(judge.fail('published on every interface', attribute), ...onLoopback(resource, publication))
      : judge.pass('it is no port of a data store', attribute)
  })
  return worstOf(verdicts, judge.pass('no port is published'))
}

/** A service that is reached from outside of the cluster at a port of a data store. */
function judgeService(resource: Resource): Verdict {
  const type = serviceTypeOf(resource)
  if (type.reach === 'inside') return judge.notApplicable('it is reached from inside the cluster', type.at)
  const found = servicePortsOf(resource)
  if (found.ports.some((port) => ports.includes(port)))
    return type.reach === 'outside'
      ? judge.fail('a port of a data store is reached from outside of the cluster', type.at)
      : judge.unknown('its type is not known', type.at)
  return found.isOpen
    ? judge.unknown('its ports are not all known', type.at)
    : judge.pass('it is no port of a data store', type.at)
}
