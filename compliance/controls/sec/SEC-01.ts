/** No secret stands in clear in a file. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRepository } from '../read/repository.ts'
import {
  hiddenEnvironment,
  mayHoldSecrets,
  secretPlaces,
  secretText,
  type SecretPlace,
} from '../read/secrets.ts'
import { isManaged, isTakenFrom } from '../read/written-secrets.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no secret is written in a file: neither as a value nor as a fallback',
  'take the value out, change it, and give it as a file of a secret manager',
)

export const control: Control = {
  id: 'SEC-01',
  sources: ['terraform', 'compose', 'kubernetes', 'ecs', 'repository'],
  page: {
    why: 'Everybody who can read the file, its history or a copy of it has the secret, and nobody knows who used it.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      DATABASE_PASSWORD: ${DATABASE_PASSWORD}\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      DATABASE_PASSWORD: q8Xw-33k\n',
      },
      { file: 'deploy.sh', text: 'export DATABASE_PASSWORD=q8Xw-33k\n' },
    ],
  },
  applies: (resource) => mayHoldSecrets(resource) || isFound(resource) || isTree(resource),
  check: (resource, evidence) => {
    if (isFound(resource)) return judgeFound(resource)
    if (isTree(resource)) return judgeTree(resource, evidence)
    const verdicts = secretPlaces(resource).map(judgePlace)
    const hidden = hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    return verdicts.length === 0 ? judge.notApplicable('nothing in it is named like a secret') : verdicts
  },
}

const isFound = isRepository('secret')
const isTree = isRepository('tree')

/** The scan of texts found it; what it is, it never tells. */
function judgeFound(resource: Resource): Verdict {
  const [rule, sample, weak] = ['rule', 'is_sample', 'is_weak'].map((path) => attributeOf(resource, path))
  if (rule?.known !== true) return judge.unknown(rule?.why ?? 'what was found is not known')
  return sample?.known === true && sample.value === true && weak?.known === true && weak.value === true
    ? judge.notApplicable('a sample with a value that says it has to be changed')
    : judge.fail(`${resource.name} is written in clear`)
}

/** The whole of a repository passes when nothing in it was found. */
function judgeTree(resource: Resource, { resources }: Evidence): Verdict {
  const texts = attributeOf(resource, 'texts')
  if (texts?.known !== true) return judge.unknown(texts?.why ?? 'its texts were not looked through')
  const file = resource.position.file
  const folder = file.endsWith('.gitignore') ? file.slice(0, -'.gitignore'.length) : `${file}/`
  const isHere = (each: Resource) => isFound(each) && each.position.file.startsWith(folder)
  return resources.some(isHere)
    ? judge.notApplicable('what was found is judged where it stands')
    : judge.pass(`${textOf(texts.value)} texts hold no secret`)
}

function judgePlace(place: SecretPlace): Verdict {
  const { attribute, name, path } = place
  const text = secretText(place)
  if (text !== undefined) return { ...judge.fail(`${name} is written in clear`, attribute), part: path }
  if (attribute.known) return { ...judge.pass(`${name} is empty`, attribute), part: path }
  // Taken from somewhere else when it starts: whatever is there, it is not in this file.
  return isElsewhere(attribute.why) || isManaged(attribute.expression) || isTakenFrom(attribute)
    ? { ...judge.pass(`${name} is given when it starts`, attribute), part: path }
    : { ...judge.unknown(`${name} ${attribute.why}`, attribute), part: path }
}

function isElsewhere(why: string): boolean {
  return why.startsWith('is set by the environment variable')
}
