/** Data stores are not open to the internet: neither by a firewall rule nor by a port published on every interface. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService, isStore, publicationsOf } from '../read/compose.ts'
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
  return (
    isStore(resource) ||
    publicationsOf(resource).some(({ target }) => target !== undefined && ports.includes(target))
  )
}

function judgePorts(resource: Resource): Verdict {
  const verdicts = publicationsOf(resource).map(({ reach, attribute }) => {
    if (reach === 'everywhere') return judge.fail('published on every interface', attribute)
    if (reach === 'host') return judge.pass('published on the loopback only', attribute)
    return judge.unknown('the address it is published on is not known', attribute)
  })
  return worstOf(verdicts, judge.pass('no port is published'))
}
