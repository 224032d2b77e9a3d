/** Keys that sign tokens lie in a manager, change, and are published with a name. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isDoor } from '../read/door.ts'
import { containersOf, ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the private key is given by a secret manager, and each public key has kid, kty RSA, EC or OKP, and use sig',
  'give the key in secrets with valueFrom, and publish each public key with a kid and use: sig',
)

const isTerraformTask = ofType('aws_ecs_task_definition')
const isTask = (resource: Resource) =>
  isTerraformTask(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition')

/** Names of keys that sign tokens; a public key or the name of an issuer is none. */
const signing = /(?:JWT|SIGNING|TOKEN).*(?:KEY|SECRET|PEM)$|(?:KEY|SECRET).*(?:JWT|SIGNING)$/i
const notPrivate = /PUBLIC|KEY_ID|_FILE$/i

export const control: Control = withStatement(
  {
    id: 'SEC-12',
    sources: ['http', 'terraform', 'ecs'],
    page: {
      why: 'Whoever has the key that signs tokens is everybody. Without a kid it cannot be changed without logging everybody out.',
      good: [
        {
          file: 'main.tf',
          text: `resource "aws_ecs_task_definition" "users" {
  container_definitions = jsonencode([{
    name    = "users"
    secrets = [{ name = "JWT_PRIVATE_KEY", valueFrom = "arn:aws:secretsmanager:us-east-1:111122223333:secret:jwt" }]
  }])
}
`,
        },
      ],
      bad: [
        {
          file: 'main.tf',
          text: `resource "aws_ecs_task_definition" "users" {
  container_definitions = jsonencode([{
    name        = "users"
    environment = [{ name = "JWT_PRIVATE_KEY", value = "q8Xw-33k" }]
  }])
}
`,
        },
      ],
    },
    applies: (resource) => isTask(resource) || isKeyDoor(resource),
    check: (resource) => (isTask(resource) ? judgeTask(resource) : judgeKeys(resource)),
  },
  'the keys that sign tokens were changed within the last year, and the record of it is kept',
)

/** A door that was asked for its public keys. */
function isKeyDoor(resource: Resource): boolean {
  return isDoor(resource) && attributeOf(resource, 'jwks') !== undefined
}

function judgeTask(task: Resource): Verdict | Verdict[] {
  const whole = attributeOf(task, 'container_definitions')
  const containers = containersOf(task)
  if (whole?.known === false && containers.length === 0) return judge.unknown(whole.why, whole)
  const entries = containers.flatMap((container) =>
    ['secrets', 'environment'].flatMap((list) =>
      childrenOf(task, `${container}.${list}`).map((path) => ({ path, list })),
    ),
  )
  const verdicts = entries.flatMap(({ path, list }): Verdict[] => {
    const name = attributeOf(task, `${path}.name`)
    if (name?.known !== true) return [{ ...judge.unknown('a name is not known', name), part: path }]
    const text = textOf(name.value)
    if (!signing.test(text) || notPrivate.test(text)) return []
    return list === 'secrets'
      ? [{ ...judge.pass(`${text} comes from a secret manager`, name), part: path }]
      : [{ ...judge.fail(`${text} stands in the environment`, name), part: path }]
  })
  return verdicts.length === 0 ? judge.notApplicable('it is given no key that signs') : verdicts
}

function judgeKeys(door: Resource): Verdict | Verdict[] {
  const keys = childrenOf(door, 'jwks.keys')
  const all = attributeOf(door, 'jwks.keys') ?? attributeOf(door, 'jwks')
  if (all?.known === false && keys.length === 0) return judge.unknown(`its public keys: ${all.why}`)
  if (keys.length === 0) return judge.fail('it publishes no key')
  return keys.map((path) => {
    const at = attributeOf(door, path)
    const [kid, kty, use] = ['kid', 'kty', 'use'].map((name) => knownValueOf(door, `${path}.${name}`))
    if (textOf(kid) === '') return { ...judge.fail('a key has no kid', at), part: path }
    if (!['RSA', 'EC', 'OKP'].includes(textOf(kty))) {
      return { ...judge.fail(`a key is of the kind ${textOf(kty) || 'nobody said'}`, at), part: path }
    }
    return use === 'sig'
      ? { ...judge.pass('a key with a name, for signatures', at), part: path }
      : { ...judge.fail('a key does not say that it is for signatures', at), part: path }
  })
}
