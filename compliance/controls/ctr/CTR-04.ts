/** Containers begin without capabilities and get the ones they need. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isTask, isWorkload, judgeContainers, textsOf } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'ALL capabilities are dropped and none of the dangerous ones added',
  'set cap_drop: [ALL] and add by name what is needed',
)

/** Each of these is as good as root on the host. */
const dangerous =
  /^(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|NET_ADMIN|DAC_READ_SEARCH|BPF|SYS_BOOT|MAC_ADMIN)$/i

export const control: Control = {
  id: 'CTR-04',
  sources: ['compose', 'terraform'],
  applies: isWorkload,
  check: (resource) => {
    if (!isTask(resource)) return judgeLists(resource, 'cap_drop', 'cap_add')
    return judgeContainers(judge, resource, (path) => {
      const lists = `${path}.linuxParameters.capabilities`
      return judgeLists(resource, `${lists}.drop`, `${lists}.add`)
    })
  },
}

function judgeLists(resource: Resource, dropPath: string, addPath: string): Verdict {
  const dropped = attributeOf(resource, dropPath)
  const added = attributeOf(resource, addPath)
  const wrong = namesOf(added).find((name) => dangerous.test(name))
  if (wrong !== undefined) return judge.fail(`${wrong} is added`, added)
  if (added?.known === false) return judge.unknown(`${addPath} ${added.why}`, added)
  if (dropped === undefined) return judge.fail('no capability is dropped')
  if (!dropped.known) return judge.unknown(`${dropPath} ${dropped.why}`, dropped)
  return namesOf(dropped).some((name) => /^(CAP_)?ALL$/i.test(name))
    ? judge.pass('ALL are dropped', dropped)
    : judge.fail(`only ${namesOf(dropped).join(', ')} dropped`, dropped)
}

function namesOf(attribute: Attribute | undefined): readonly string[] {
  return attribute?.known === true ? textsOf(attribute.value) : []
}
