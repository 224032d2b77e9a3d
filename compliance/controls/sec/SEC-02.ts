/** No password everybody knows. */
import type { Control, Verdict } from '../control.ts'
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
  sources: ['terraform', 'compose'],
  applies: mayHoldSecrets,
  check: (resource) => {
    const verdicts = secretPlaces(resource).map(judgePlace)
    const hidden = hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    return verdicts.length === 0 ? judge.notApplicable('nothing in it is named like a secret') : verdicts
  },
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
