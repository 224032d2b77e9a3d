/** Containers do not run as root. */
import { attributeOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isFinalStage } from '../read/stage.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the user is not root',
  'end the image with USER 10001:10001, or set user in the service or task',
)

export const control: Control = {
  id: 'CTR-01',
  sources: ['dockerfile', 'compose', 'terraform'],
  applies: (resource) => isFinalStage(resource) || isWorkload(resource),
  check: (resource) => {
    if (isFinalStage(resource)) return judgeStage(resource)
    if (isTask(resource)) {
      return judgeContainers(judge, resource, (path) => judgeRun(attributeOf(resource, `${path}.user`)))
    }
    return judgeRun(attributeOf(resource, 'user'))
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
