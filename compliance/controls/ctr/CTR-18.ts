/** Containers have their own view of network, processes and memory. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldOf, isPod, podPathOf } from '../read/pod.ts'
import { isTask, isWorkload } from '../read/workload.ts'
import { isFalse, judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'network, pid, ipc and user namespaces are not those of the host',
  'remove network_mode, pid, ipc and userns_mode: host (hostNetwork, hostPID and hostIPC of a pod)',
)

const ofService = ['network_mode', 'pid', 'ipc', 'userns_mode', 'uts']
const ofTask = ['network_mode', 'pid_mode', 'ipc_mode']

export const control: Control = {
  id: 'CTR-18',
  sources: ['compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => (isPod(resource) ? judgeSpec(resource) : judgeModes(resource)),
  page: {
    why: 'In the namespaces of its host a container sees and signals every process there, and listens on its loopback.',
    good: [composeExample('network_mode: none'), podExample([])],
    bad: [composeExample('pid: host'), podExample([], ['hostNetwork: true'])],
  },
}

function judgeModes(resource: Resource): Verdict {
  const verdicts = (isTask(resource) ? ofTask : ofService).flatMap((path) => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    if (!attribute.known) return [judge.unknown(`${path} ${attribute.why}`, attribute)]
    return attribute.value === 'host'
      ? [mended(judge.fail(`${path} is host`, attribute), { remove: path })]
      : [judge.pass(`${path} is ${textOf(attribute.value)}`, attribute)]
  })
  return worstOf(verdicts, judge.pass('nothing of the host is shared'))
}

/** Terraform spells them `host_pid` and `host_ipc`. */
function judgeSpec(resource: Resource): readonly Verdict[] {
  const isTerraform = resource.kind === 'terraform'
  const names = isTerraform ? ['host_network', 'host_pid', 'host_ipc'] : ['hostNetwork', 'hostPID', 'hostIPC']
  return names.map((name) => {
    const path = fieldOf(resource, podPathOf(resource), name)
    const verdict = judgeValue(judge, resource, { path, accepts: isFalse, absent: 'pass' })
    return { ...mended(verdict, { remove: path }), part: path }
  })
}
