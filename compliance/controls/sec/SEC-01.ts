/** No secret stands in clear in a file. */
import type { Control, Verdict } from '../control.ts'
import {
  hiddenEnvironment,
  mayHoldSecrets,
  secretPlaces,
  secretText,
  type SecretPlace,
} from '../read/secrets.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no secret is written in a file: neither as a value nor as a fallback',
  'take the value out, change it, and give it as a file of a secret manager',
)

export const control: Control = {
  id: 'SEC-01',
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
  if (text !== undefined) return { ...judge.fail(`${name} is written in clear`, attribute), part: path }
  if (attribute.known) return { ...judge.pass(`${name} is empty`, attribute), part: path }
  // Taken from somewhere else when it starts: whatever is there, it is not in this file.
  return isElsewhere(attribute.why)
    ? { ...judge.pass(`${name} is given when it starts`, attribute), part: path }
    : { ...judge.unknown(`${name} ${attribute.why}`, attribute), part: path }
}

function isElsewhere(why: string): boolean {
  return /^(is set by the environment variable|refers to (aws_secretsmanager|data\.aws_secretsmanager|data\.aws_ssm|aws_ssm|random_password))/.test(
    why,
  )
}
