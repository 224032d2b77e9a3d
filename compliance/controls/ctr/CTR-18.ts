/** Containers have their own view of network, processes and memory. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { isTask, isWorkload } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'network, pid, ipc and user namespaces are not those of the host',
  'remove network_mode, pid, ipc and userns_mode: host',
)

const ofService = ['network_mode', 'pid', 'ipc', 'userns_mode', 'uts']
const ofTask = ['network_mode', 'pid_mode', 'ipc_mode']

export const control: Control = {
  id: 'CTR-18',
  sources: ['compose', 'terraform'],
  applies: isWorkload,
  check: (resource) => {
    const verdicts = (isTask(resource) ? ofTask : ofService).flatMap((path) => {
      const attribute = attributeOf(resource, path)
      if (attribute === undefined) return []
      if (!attribute.known) return [judge.unknown(`${path} ${attribute.why}`, attribute)]
      return attribute.value === 'host'
        ? [judge.fail(`${path} is host`, attribute)]
        : [judge.pass(`${path} is ${textOf(attribute.value)}`, attribute)]
    })
    return worstOf(verdicts, judge.pass('nothing of the host is shared'))
  },
}
