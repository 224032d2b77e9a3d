/** What is a secret by its name, and which values are known to everybody. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import { isService } from './compose.ts'
import { containersOf, ofType } from './terraform.ts'
import { textOf } from '../text.ts'

const secretName =
  /(^|[_-])(password|passwd|pwd|passphrase|secret|secret[_-]?key|token|api[_-]?key|private[_-]?key|access[_-]?key|signing[_-]?key|encryption[_-]?key|credentials?)$/i

/** True for names such as `JWT_SECRET`; not for those of files or names of secrets, such as `TOKEN_FILE`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** Values printed in documentation and tried first by everybody. */
const weakValues =
  /^(admin|admin123|administrator|root|toor|password|password1|passw0rd|postgres|mysql|redis|minioadmin|guest|user|test|testing|demo|default|example|secret|mysecret|supersecret|changeme|changeit|change[-_ ]?this.*|change[-_ ]?me.*|please[-_ ]?change.*|replace[-_ ]?me.*|your[-_ ].*|letmein|welcome1?|qwerty|1234|12345|123456|12345678|grafana|prom-operator|campus|jwt[-_]secret.*|dev[-_]?secret.*)$/i

/** True for a password everybody knows. */
export function isWeak(value: string): boolean {
  return weakValues.test(value.trim())
}

/** A place that holds, or by its name ought to hold, a secret. */
export interface SecretPlace {
  readonly name: string
  readonly path: string
  readonly attribute: Attribute
}

const isTask = ofType('aws_ecs_task_definition')
const isVariable = ofType('variable')
const isVariableFile = ofType('tfvars')

/** True for resources that `secretPlaces` knows to read. */
export function mayHoldSecrets(resource: Resource): boolean {
  return isService(resource) || isTask(resource) || isVariable(resource) || isVariableFile(resource)
}

/** Lists the places of a resource where a secret could be written in clear. */
export function secretPlaces(resource: Resource): SecretPlace[] {
  if (isVariable(resource)) return placesIn(resource, [['default', resource.name]])
  if (isVariableFile(resource)) {
    return placesIn(
      resource,
      childrenOf(resource, '').map((path) => [path, lastSegmentOf(path)]),
    )
  }
  if (isService(resource)) {
    return placesIn(
      resource,
      childrenOf(resource, 'environment').map((path) => [path, lastSegmentOf(path)]),
    )
  }
  const variables = containersOf(resource).flatMap((container) =>
    childrenOf(resource, `${container}.environment`),
  )
  return placesIn(
    resource,
    variables.map((path) => [`${path}.value`, textOf(knownValueOf(resource, `${path}.name`))]),
  )
}

function placesIn(
  resource: Resource,
  paths: readonly (readonly [path: string, name: string])[],
): SecretPlace[] {
  return paths.flatMap(([path, name]) => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    return isSecretName(name) || holdsPassword(attribute) ? [{ name, path, attribute }] : []
  })
}

/** An address with a password in it: `postgres://app:secret@db/campus`. */
function holdsPassword(attribute: Attribute): boolean {
  return attribute.known && typeof attribute.value === 'string' && passwordIn(attribute.value) !== undefined
}

/** Takes the password out of an address. */
export function passwordIn(text: string): string | undefined {
  const found = /^[a-z][\w+.-]*:\/\/[^\s:/@]*:([^\s@/]+)@/i.exec(text)?.[1]
  return found === undefined || /^\$\{?\w+\}?$/.test(found) ? undefined : found
}

/** Reads the text of a place; undefined where it is not known or empty. */
export function secretText({ attribute }: SecretPlace): string | undefined {
  if (!attribute.known || attribute.value === null) return undefined
  const text = typeof attribute.value === 'string' ? attribute.value : JSON.stringify(attribute.value)
  return text === '' ? undefined : (passwordIn(text) ?? text)
}

/** Says what may hide a part of the environment: a value that is not known, or a file that is not read. */
export function hiddenEnvironment(resource: Resource): string | undefined {
  const paths = isService(resource)
    ? ['environment', 'environment.*', '*']
    : isTask(resource)
      ? ['container_definitions', 'container_definitions.*']
      : ['*']
  for (const path of paths) {
    const attribute = attributeOf(resource, path)
    const isOpen = path.endsWith('*') || childrenOf(resource, path).length === 0
    if (attribute !== undefined && !attribute.known && isOpen) return `${path} ${attribute.why}`
  }
  return isService(resource) && attributeOf(resource, 'env_file') !== undefined
    ? 'env_file names a file that is not read'
    : undefined
}
