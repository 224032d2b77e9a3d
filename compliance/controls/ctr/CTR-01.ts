/** Containers do not run as root. */
import { attributeOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldAt, fieldOf, isPod, judgePod, podPathOf } from '../read/pod.ts'
import { isFinalStage } from '../read/stage.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample, podExample } from './examples.ts'

const judge = judgeBy(
  'the user is not root',
  'end the image with USER 10001:10001, or set user in the service or task, runAsNonRoot in the pod',
)

export const control: Control = {
  id: 'CTR-01',
  sources: ['dockerfile', 'compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isFinalStage(resource) || isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isFinalStage(resource)) return judgeStage(resource)
    if (isPod(resource)) return judgePod(judge, resource, (path) => judgePodUser(resource, path))
    if (isTask(resource)) {
      return judgeContainers(judge, resource, (path) => judgeRun(attributeOf(resource, `${path}.user`)))
    }
    return judgeRun(attributeOf(resource, 'user'))
  },
  page: {
    why: 'Whoever breaks out of a process that runs as root in its container is root for every weakness of the kernel and every file that is mounted.',
    good: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'COPY src ./src', 'USER 10001:10001'),
      podExample(['securityContext: { runAsNonRoot: true, runAsUser: 10001 }']),
    ],
    bad: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'COPY src ./src', 'CMD ["node", "src/main.js"]'),
      podExample(['securityContext: { runAsUser: 0 }']),
    ],
  },
}

function judgeStage(resource: Resource): Verdict {
  const user = attributeOf(resource, 'user')
  if (user !== undefined) return judgeUser(user)
  const image = textOf(knownValueOf(resource, 'image'))
  if (/nonroot/.test(image)) return judge.pass(`the base ${image} does not run as root`)
  return image === '' || image === 'scratch'
    ? judge.fail('no USER')
    : judge.fail(`no USER, and ${image} runs as root unless it says otherwise`)
}

/** What the container says counts before what its pod says. */
function judgePodUser(resource: Resource, container: string): Verdict {
  const places = [container, podPathOf(resource)]
  const read = (name: string) =>
    places
      .map((place) => fieldAt(resource, place, 'securityContext', name))
      .find((each) => each !== undefined)
  const [user, nonRoot] = [read('runAsUser'), read('runAsNonRoot')]
  if (user !== undefined) {
    if (!user.known) return judge.unknown(`runAsUser ${user.why}`, user)
    return Number(user.value) === 0
      ? judge.fail('runAsUser is 0', user)
      : judge.pass(`runAsUser is ${textOf(user.value)}`, user)
  }
  if (nonRoot?.known === false) return judge.unknown(`runAsNonRoot ${nonRoot.why}`, nonRoot)
  if (nonRoot !== undefined && isTrue(nonRoot.value)) return judge.pass('runAsNonRoot is set', nonRoot)
  const mend = { set: fieldOf(resource, container, 'securityContext', 'runAsNonRoot'), to: true }
  return mended(judge.fail('neither runAsNonRoot nor runAsUser is set', nonRoot), mend)
}

/** Without a user the image decides, and it is not here. */
function judgeRun(user: Attribute | undefined): Verdict {
  return user === undefined ? judge.unknown('no user is set: the image decides') : judgeUser(user)
}

function judgeUser(user: Attribute): Verdict {
  if (!user.known) return judge.unknown(`user ${user.why}`, user)
  const name = textOf(user.value).split(':')[0]?.trim() ?? ''
  if (/^(root|0+)$/.test(name) || name === '')
    return judge.fail(`user is ${name === '' ? 'empty' : name}`, user)
  return name.startsWith('$') ? judge.unknown(`user is ${name}`, user) : judge.pass(`user is ${name}`, user)
}
