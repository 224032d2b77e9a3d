/** No container can talk to the engine that runs it. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { mountsOf } from '../read/mounts.ts'
import { isPod } from '../read/pod.ts'
import { judgePodVolumes } from '../read/pod-volumes.ts'
import { isTask, judgeTaskVolumes } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'the socket of the container engine is not mounted',
  'remove the mount; where one must list containers, put a proxy that only reads in between',
)

/** The socket, or a folder it lies in. */
const socket =
  /(docker|containerd|podman|crio)[\w.-]*\.sock$|^\/(var\/)?run(\/(containerd|crio|podman|docker|user|user\/\d+(\/(podman|docker))?))?\/?$|^\/var\/?$|^\/$/

export const control: Control = {
  id: 'CTR-16',
  sources: ['compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isService(resource) || isTask(resource) || isPod(resource),
  check: (resource, evidence) => {
    if (isPod(resource)) return judgePodVolumes(judge, resource, (path) => socket.test(path))
    return isTask(resource)
      ? judgeTaskVolumes(judge, resource, (path) => socket.test(path))
      : judgeService(resource, evidence)
  },
  page: {
    why: 'Who can talk to the engine can start a container with the whole disk of the host in it.',
    good: [
      composeExample('volumes: [uploads:/srv/uploads]'),
      podExample([], ['volumes: [{ name: tmp, emptyDir: {} }]']),
    ],
    bad: [
      composeExample('volumes: [/var/run/docker.sock:/var/run/docker.sock]'),
      podExample([], ['volumes: [{ name: engine, hostPath: { path: /run/containerd/containerd.sock } }]']),
    ],
  },
}

function judgeService(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, 'volumes')
  if (whole === undefined) return judge.pass('it mounts nothing')
  const verdicts = mountsOf(resource, evidence).map(({ path, attribute, source, why }) => {
    if (why !== undefined) return judge.unknown(`a volume ${why}`, attribute)
    return source !== undefined && socket.test(source)
      ? mended(judge.fail(`${source} is mounted`, attribute), { remove: path })
      : judge.pass('not the socket', attribute)
  })
  if (verdicts.length === 0 && !whole.known) return judge.unknown(`volumes ${whole.why}`, whole)
  return worstOf(verdicts, judge.pass('it mounts nothing'))
}
