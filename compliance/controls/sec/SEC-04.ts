/** Secrets reach a workload through a secret manager, not through literals of its environment. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { hiddenEnvironment, secretPlaces, secretText } from '../read/secrets.ts'
import { podContainers, podOf } from '../read/cluster-secrets.ts'
import { containersOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'secrets are given as files or by a secret manager',
  'in Compose use secrets: and NAME_FILE, in ECS secrets with valueFrom, in Kubernetes secretKeyRef',
)

const isTerraformTask = ofType('aws_ecs_task_definition')
const isTask = (resource: Resource) =>
  isTerraformTask(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition')

export const control: Control = {
  id: 'SEC-04',
  sources: ['terraform', 'compose', 'kubernetes', 'ecs'],
  page: {
    why: 'The environment of a process is shown to its children, to crash reports and to everybody who may describe the task.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      JWT_SECRET_FILE: /run/secrets/jwt\n    secrets: [jwt]\nsecrets:\n  jwt: { file: ./secrets/jwt }\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  api:\n    image: campus/api:2.4.1\n    environment:\n      JWT_SECRET: q8Xw-33k\n',
      },
    ],
  },
  applies: (resource) => isService(resource) || isTask(resource) || podOf(resource) !== undefined,
  check: (resource) => {
    const verdicts = secretPlaces(resource).map((place): Verdict => {
      const { attribute, name, path } = place
      if (secretText(place) !== undefined) {
        return { ...judge.fail(`${name} is a literal of the environment`, attribute), part: path }
      }
      return attribute.known
        ? { ...judge.pass(`${name} is empty`, attribute), part: path }
        : { ...judge.unknown(`where ${name} comes from is not known`, attribute), part: path }
    })
    const hidden = hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    if (verdicts.length > 0) return verdicts
    return isManaged(resource)
      ? judge.pass('its secrets are managed')
      : judge.notApplicable('it is given no secret')
  },
}

function isManaged(resource: Resource): boolean {
  if (isService(resource)) {
    const names = childrenOf(resource, 'environment')
    return attributeOf(resource, 'secrets') !== undefined || names.some((path) => path.endsWith('_FILE'))
  }
  if (podOf(resource) !== undefined)
    return podContainers(resource).some((path) => isReferenced(resource, path))
  return containersOf(resource).some(
    (container) => attributeOf(resource, `${container}.secrets`) !== undefined,
  )
}

/** `valueFrom.secretKeyRef` of a variable, or `envFrom.secretRef` for all of a Secret. */
function isReferenced(resource: Resource, container: string): boolean {
  return (
    childrenOf(resource, `${container}.env`).some(
      (path) => attributeOf(resource, `${path}.valueFrom.secretKeyRef`) !== undefined,
    ) ||
    childrenOf(resource, `${container}.envFrom`).some(
      (path) => attributeOf(resource, `${path}.secretRef`) !== undefined,
    )
  )
}
