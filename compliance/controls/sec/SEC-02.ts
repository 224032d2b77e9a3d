/** No password everybody knows. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRepository } from '../read/repository.ts'
import {
  hiddenEnvironment,
  isWeak,
  mayHoldSecrets,
  secretPlaces,
  secretText,
  type SecretPlace,
} from '../read/secrets.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no secret has a value that is printed in documentation, not even as a fallback',
  'generate a value per installation and give it as a file',
)

export const control: Control = {
  id: 'SEC-02',
  sources: ['terraform', 'compose', 'kubernetes', 'ecs', 'repository'],
  page: {
    why: 'Default passwords are the first thing anybody tries, and a fallback value is used wherever somebody forgot to set one.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      DATABASE_PASSWORD: q8Xw-33k\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      JWT_SECRET: ${JWT_SECRET:-change-this-in-production}\n',
      },
      { file: 'db/seed.sql', text: "INSERT INTO users (name, password) VALUES ('admin', 'admin123');\n" },
    ],
  },
  applies: (resource) => mayHoldSecrets(resource) || isFound(resource),
  check: (resource) => {
    if (isFound(resource)) return judgeFound(resource)
    const verdicts = secretPlaces(resource).map(judgePlace)
    const hidden = hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    return verdicts.length === 0 ? judge.notApplicable('nothing in it is named like a secret') : verdicts
  },
}

const isFound = isRepository('secret')

function judgeFound(resource: Resource): Verdict {
  const weak = attributeOf(resource, 'is_weak')
  if (weak?.known !== true) return judge.unknown(weak?.why ?? 'what was found is not known')
  if (weak.value !== true) return judge.pass(`${resource.name} has a value of its own`)
  return knownValueOf(resource, 'is_sample') === true
    ? judge.notApplicable('a sample with a value that says it has to be changed')
    : judge.fail(`${resource.name} has a value everybody knows`)
}

function judgePlace(place: SecretPlace): Verdict {
  const { attribute, name, path } = place
  const text = secretText(place)
  if (text === undefined) {
    return attribute.known
      ? { ...judge.pass(`${name} is empty`, attribute), part: path }
      : { ...judge.unknown(`${name} ${attribute.why}`, attribute), part: path }
  }
  return isWeak(text)
    ? { ...judge.fail(`${name} has a value everybody knows`, attribute), part: path }
    : { ...judge.pass(`${name} has a value of its own`, attribute), part: path }
}
