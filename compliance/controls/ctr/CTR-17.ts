/** Containers do not see folders of their host, nor run code that lies there. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { mountsOf, type Mount } from '../read/mounts.ts'
import { isPod } from '../read/pod.ts'
import { judgePodVolumes } from '../read/pod-volumes.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'no folder of the system and no source code of the project is mounted',
  'copy the code into the image; keep data in a named volume',
)

/** Folders from which a container learns of its host, or changes it; sockets of the engine are CTR-16's. */
const system =
  /^\/(?:$|(?:etc|root|home|proc|sys|boot|dev|usr|lib|lib64|bin|sbin|opt|var|run|var\/run|var\/lib|var\/log)\/?$|(?:etc|root|boot|proc|sys|dev|var\/lib\/(?:docker|containerd|kubelet))\/)/
const engine = /\.sock$/
/** Places where an image keeps its program. */
const programTarget = /^\/(?:app|code|workspace|usr\/src|usr\/share\/nginx\/html|srv\/[^/]+)(?:\/|$)/
const sourceFolder =
  /^(?:\.{1,2}\/?|(?:\.{1,2}\/){1,8}(?:[\w-][\w.-]{0,99}\/){0,16}(?:src|app|apps|lib|server|backend|frontend|api|client|web|services?|packages)\/?)$/
/** Files that say by their name that they are for the desk of a developer. */
const development = /(?:^|[./-])(?:dev|development|local|override|test|ci)\.ya?ml$/i

export const control: Control = {
  id: 'CTR-17',
  sources: ['compose', 'kubernetes', 'terraform'],
  applies: (resource) => isService(resource) || isPod(resource),
  check: (resource, evidence) =>
    // A pod moves from node to node: whatever it mounts of one is another thing on the next.
    isPod(resource)
      ? judgePodVolumes(judge, resource, (path) => !engine.test(path))
      : judgeService(resource, evidence),
  page: {
    why: 'A folder of the host in a container is a way out of it; code that is mounted is code nobody built, scanned or signed.',
    good: [
      composeExample('volumes: [uploads:/srv/uploads, "./nginx.conf:/etc/nginx/nginx.conf:ro"]'),
      podExample([], ['volumes: [{ name: tmp, emptyDir: {} }]']),
    ],
    bad: [
      composeExample('volumes: [./src:/app/src]'),
      podExample([], ['volumes: [{ name: logs, hostPath: { path: /var/log } }]']),
    ],
  },
}

function judgeService(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const whole = attributeOf(resource, 'volumes')
  if (whole === undefined) return judge.pass('it mounts nothing')
  const verdicts = mountsOf(resource, evidence).map((mount) => ({
    ...judgeMount(resource, mount),
    part: mount.path,
  }))
  if (verdicts.length > 0) return verdicts
  return whole.known ? judge.pass('it mounts nothing', whole) : judge.unknown(`volumes ${whole.why}`, whole)
}

function judgeMount(resource: Resource, { path, attribute, source, why }: Mount): Verdict {
  if (why !== undefined) return judge.unknown(`a volume ${why}`, attribute)
  if (source === undefined) return judge.pass('a volume of the engine', attribute)
  if (isOfSystem(source) && !engine.test(source)) {
    return mended(judge.fail(`${source} of the host is mounted`, attribute), { remove: path })
  }
  return isSource(resource, path, source)
    ? judge.fail(`source code is mounted from ${source}`, attribute)
    : judge.pass('neither a folder of the system nor source code', attribute)
}

/** The home of whoever starts it holds keys and passwords: it counts like root's. */
function isOfSystem(source: string): boolean {
  return system.test(source) || /^(?:~|\$HOME\b|\$\{HOME[^}]*\})(?:\/\.|\/?$)/.test(source)
}

function isSource(resource: Resource, path: string, source: string): boolean {
  if (development.test(resource.position.file) || !source.startsWith('.')) return false
  const isReadOnly = isTrue(knownValueOf(resource, `${path}.read_only`) ?? false)
  const target = textOf(knownValueOf(resource, `${path}.target`))
  const isFile = /\.[A-Za-z]\w*$/.test(source.slice(source.lastIndexOf('/') + 1))
  return !isFile && (sourceFolder.test(source) || (programTarget.test(target) && !isReadOnly))
}
