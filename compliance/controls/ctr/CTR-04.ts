/** Containers begin without capabilities and get the ones they need. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { isTask, isWorkload, judgeContainers, textsOf } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'ALL capabilities are dropped and none of the dangerous ones added',
  'set cap_drop: [ALL] (capabilities.drop in a pod or task) and add by name what is needed',
)

/** Each of these is as good as root on the host. */
const dangerous =
  /^(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|NET_ADMIN|DAC_READ_SEARCH|BPF|SYS_BOOT|MAC_ADMIN)$/i

export const control: Control = {
  id: 'CTR-04',
  sources: ['compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      return judgePod(judge, resource, (container) => {
        const list = (name: string) => fieldOf(resource, container, 'securityContext', 'capabilities', name)
        return judgeLists(resource, list('drop'), list('add'))
      })
    }
    if (!isTask(resource)) return judgeLists(resource, 'cap_drop', 'cap_add')
    return judgeContainers(judge, resource, (path) => {
      const lists = `${path}.linuxParameters.capabilities`
      return judgeLists(resource, `${lists}.drop`, `${lists}.add`, [])
    })
  },
  page: {
    why: 'Every container gets fourteen rights of root that hardly any service needs; each is a way from a broken service to its host.',
    good: [
      composeExample('cap_drop: [ALL]', 'cap_add: [NET_BIND_SERVICE]'),
      podExample(['securityContext: { capabilities: { drop: [ALL] } }']),
    ],
    bad: [
      composeExample('cap_drop: [MKNOD]'),
      podExample(['securityContext: { capabilities: { drop: [ALL], add: [SYS_ADMIN] } }']),
    ],
  },
}

function judgeLists(
  resource: Resource,
  dropPath: string,
  addPath: string,
  mend: readonly Mend[] = [{ set: dropPath, to: ['ALL'] }],
): Verdict {
  const dropped = attributeOf(resource, dropPath)
  const added = attributeOf(resource, addPath)
  const wrong = namesOf(added).find((name) => dangerous.test(name))
  if (wrong !== undefined) return judge.fail(`${wrong} is added`, added)
  if (added?.known === false) return judge.unknown(`${addPath} ${added.why}`, added)
  if (dropped === undefined) return mended(judge.fail('no capability is dropped'), ...mend)
  if (!dropped.known) return judge.unknown(`${dropPath} ${dropped.why}`, dropped)
  return namesOf(dropped).some((name) => /^(CAP_)?ALL$/i.test(name))
    ? judge.pass('ALL are dropped', dropped)
    : mended(judge.fail(`only ${namesOf(dropped).join(', ')} dropped`, dropped), ...mend)
}

function namesOf(attribute: Attribute | undefined): readonly string[] {
  return attribute?.known === true ? textsOf(attribute.value) : []
}
