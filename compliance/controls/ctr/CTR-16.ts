/** No container can talk to the engine that runs it. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mountsOf } from '../read/mounts.ts'
import { isTask } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the socket of the container engine is not mounted',
  'remove the mount; where one must list containers, put a proxy that only reads in between',
)

const socket = /(docker|containerd|podman|crio)[\w.-]*\.sock$|^\/(var\/)?run\/?$|^\/var\/?$|^\/$/

export const control: Control = {
  id: 'CTR-16',
  sources: ['compose', 'terraform'],
  applies: (resource) => isService(resource) || isTask(resource),
  check: (resource) => (isTask(resource) ? judgeTask(resource) : judgeService(resource)),
}

function judgeService(resource: Resource): Verdict {
  const whole = attributeOf(resource, 'volumes')
  if (whole === undefined) return judge.pass('it mounts nothing')
  const verdicts = mountsOf(resource).map(({ attribute, source, why }) => {
    if (why !== undefined) return judge.unknown(`a volume ${why}`, attribute)
    return source !== undefined && socket.test(source)
      ? judge.fail(`${source} is mounted`, attribute)
      : judge.pass('not the socket', attribute)
  })
  if (verdicts.length === 0 && !whole.known) return judge.unknown(`volumes ${whole.why}`, whole)
  return worstOf(verdicts, judge.pass('it mounts nothing'))
}

function judgeTask(resource: Resource): Verdict {
  const whole = attributeOf(resource, 'volume')
  if (whole?.known === false && childrenOf(resource, 'volume').length === 0) {
    return judge.unknown(`volume ${whole.why}`, whole)
  }
  const verdicts = childrenOf(resource, 'volume').map((path) => {
    const source = attributeOf(resource, `${path}.host_path`)
    if (source === undefined) return judge.pass('not a path of the host')
    if (!source.known) return judge.unknown(`host_path ${source.why}`, source)
    return socket.test(textOf(source.value))
      ? judge.fail(`${textOf(source.value)} is mounted`, source)
      : judge.pass('not the socket', source)
  })
  return worstOf(verdicts, judge.pass('it mounts nothing'))
}
