/** Data stores are not open to the internet: neither by a firewall rule nor by a port published on every interface. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService, isStore, publicationsOf, type Publication } from '../read/compose.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy, worstOf } from '../verdict.ts'

/** PostgreSQL, Redis, MySQL, MongoDB, Elasticsearch, etcd. */
const ports = [5432, 6379, 3306, 27_017, 9200, 2379]

const judge = judgeBy(
  'data stores can be reached from inside only',
  'let only the networks of the services in; in Compose publish no port, or on 127.0.0.1',
)

export const control: Control = {
  id: 'NET-03',
  sources: ['terraform', 'compose'],
  applies: (resource) => holdsRules(resource) || (isService(resource) && holdsData(resource)),
  check: (resource) =>
    resource.kind === 'terraform' ? judgeWorld(judge, resource, { ports }) : judgePorts(resource),
}

function holdsData(resource: Resource): boolean {
  return isStore(resource) || publicationsOf(resource).some((each) => isStorePort(each) !== 'no')
}

function isStorePort({ targets }: Publication): 'yes' | 'no' | 'unknown' {
  if (targets === undefined) return 'unknown'
  return ports.some((port) => targets.first <= port && port <= targets.last) ? 'yes' : 'no'
}

function judgePorts(resource: Resource): Verdict {
  const verdicts = publicationsOf(resource).map((publication) => {
    const { reach, attribute } = publication
    if (reach === 'host') return judge.pass('published on the loopback only', attribute)
    if (reach === 'unknown') return judge.unknown('the address it is published on is not known', attribute)
    const holds = isStore(resource) ? 'yes' : isStorePort(publication)
    if (holds === 'unknown') return judge.unknown('which ports are published is not known', attribute)
    return holds === 'yes'
      ? judge.fail('published on every interface', attribute)
      : judge.pass('it is no port of a data store', attribute)
  })
  return worstOf(verdicts, judge.pass('no port is published'))
}
