/** Programs act under the role of the place they run in; nobody gives them keys. */
import { attributeOf, childrenOf, knownValueOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { hiddenEnvironment } from '../read/secrets.ts'
import { isStage } from '../read/stage.ts'
import { containersOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the workload has a role of its own and no key of a cloud',
  'give the instance or task a role, and remove the keys',
)

const isTerraformTask = ofType('aws_ecs_task_definition')
const isTask = (resource: Resource) =>
  isTerraformTask(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition')
const isInstance = ofType('aws_instance')
const isProvider = ofType('provider')
const isKey = ofType('google_service_account_key')

/** Keys that do not end by themselves; a session token only lives for hours. */
const keyName =
  /^(?:AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID|AWS_SECRET_KEY|AWS_ACCESS_KEY|S3_SECRET(?:_ACCESS)?_KEY|AZURE_CLIENT_SECRET|ARM_CLIENT_SECRET|GOOGLE_CREDENTIALS|GCP_SERVICE_ACCOUNT_KEY|GOOGLE_APPLICATION_CREDENTIALS_JSON)$/i

/** Files that hold such a key, or say where to get something that ends. */
const keyFile = /^(?:GOOGLE_APPLICATION_CREDENTIALS|AWS_SHARED_CREDENTIALS_FILE)$/i

export const control: Control = {
  id: 'IAM-13',
  sources: ['terraform', 'compose', 'ecs', 'dockerfile'],
  page: {
    why: 'A key works from anywhere until somebody deletes it; what a role gives out ends within hours.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "worker" {\n  iam_instance_profile = "campus-worker"\n}\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      AWS_SECRET_ACCESS_KEY: ${AWS_SECRET_ACCESS_KEY}\n',
      },
    ],
  },
  applies: (resource) =>
    isTask(resource) ||
    isInstance(resource) ||
    isProvider(resource) ||
    isKey(resource) ||
    isService(resource) ||
    isStage(resource),
  check: (resource) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    if (isInstance(resource)) return judgeRole(resource, 'iam_instance_profile')
    if (isTask(resource)) return judgeTask(resource)
    if (isProvider(resource)) return judgeProvider(resource)
    if (isKey(resource)) return judge.fail('a key of a service account is made')
    return isService(resource) ? judgeService(resource) : judgeStage(resource)
  },
}

function judgeRole(resource: Resource, path: string): Verdict {
  const role = attributeOf(resource, path)
  const part = { part: path }
  if (role === undefined || (role.known && textOf(role.value) === '')) {
    return { ...judge.fail(`${path} is not set`, role), ...part }
  }
  // Whatever role it turns out to be, it is one.
  const isGiven = role.known || !/^(?:\$\{)?var\./.test(role.expression ?? 'var.')
  return isGiven
    ? { ...judge.pass(`${path} is set`, role), ...part }
    : { ...judge.unknown(`${path} ${role.why}`, role), ...part }
}

function judgeTask(task: Resource): Verdict[] {
  const variables = containersOf(task).flatMap((container) =>
    ['environment', 'secrets'].flatMap((list) => childrenOf(task, `${container}.${list}`)),
  )
  const keys = variables.flatMap((path): Verdict[] => {
    const name = attributeOf(task, `${path}.name`)
    const text = name?.known === true ? textOf(name.value) : ''
    if (keyName.test(text)) return [{ ...judge.fail(`${text} is given to it`, name), part: path }]
    return keyFile.test(text)
      ? [{ ...judge.unknown(`what the file of ${text} holds is not known`, name), part: path }]
      : []
  })
  const hidden = hiddenEnvironment(task)
  return [
    judgeRole(task, 'task_role_arn'),
    ...keys,
    ...(hidden === undefined ? [] : [{ ...judge.unknown(hidden), part: 'container_definitions' }]),
  ]
}

function judgeProvider(provider: Resource): Verdict {
  const key = ['access_key', 'secret_key', 'credentials', 'client_secret']
    .map((path) => ({ path, attribute: attributeOf(provider, path) }))
    .find(({ attribute }) => attribute !== undefined && !(attribute.known && textOf(attribute.value) === ''))
  if (key?.attribute === undefined) return judge.notApplicable('it takes what it is given where it runs')
  return { ...judge.fail(`${key.path} is set`, key.attribute), mend: [{ remove: key.path }] }
}

function judgeService(service: Resource): Verdict | Verdict[] {
  const keys = childrenOf(service, 'environment').filter((path) => keyName.test(lastSegmentOf(path)))
  if (keys.length > 0) {
    return keys.map((path) => ({
      ...judge.fail(`${lastSegmentOf(path)} is given to it`, attributeOf(service, path)),
      part: path,
      mend: [{ remove: path }],
    }))
  }
  const file = childrenOf(service, 'environment').find((path) => keyFile.test(lastSegmentOf(path)))
  if (file !== undefined)
    return judge.unknown(
      `what the file of ${lastSegmentOf(file)} holds is not known`,
      attributeOf(service, file),
    )
  const hidden = hiddenEnvironment(service)
  return hidden === undefined ? judge.pass('it is given no key') : judge.unknown(hidden)
}

function judgeStage(stage: Resource): Verdict | Verdict[] {
  const paths = ['env', 'arg'].flatMap((list) => childrenOf(stage, list))
  const keys = paths.filter((path) => keyName.test(lastSegmentOf(path)))
  if (keys.length === 0) return judge.notApplicable('it names no key')
  return keys.map((path) => {
    const isEmpty = path.startsWith('env.') && knownValueOf(stage, path) === ''
    const verdict = isEmpty
      ? judge.pass('it is empty')
      : judge.fail(`${lastSegmentOf(path)} is built in`, attributeOf(stage, path))
    return { ...verdict, part: path }
  })
}
