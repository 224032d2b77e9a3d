/** Where secrets may be written, and which values are known to everybody. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import { isService } from './compose.ts'
import { clusterNames, holdsClusterSecrets, podContainers, podOf } from './cluster-secrets.ts'
import { onceInARow } from './once.ts'
import { isHarmless, isSecretName, passwordIn, secretIn, secretInScript, secretsIn } from './secret-shapes.ts'
import { containersOf, ofType } from './terraform.ts'
import { textOf } from '../text.ts'
import { namedSecrets, type NamedPath } from './written-secrets.ts'

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
  /** The secret itself, where it was found inside a longer text. */
  readonly text?: string
  /** All that were found in the longer text. */
  readonly texts?: readonly string[]
}

const isTaskOfTerraform = ofType('aws_ecs_task_definition')
const isTask = (resource: Resource) =>
  isTaskOfTerraform(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition')
const isVariable = ofType('variable')
const isVariableFile = ofType('tfvars')
const isParameter = ofType('aws_ssm_parameter')
const isFunction = ofType('aws_lambda_function')
const isSecretVersion = ofType('aws_secretsmanager_secret_version')
/** Scripts a machine runs when it starts, by type. */
export const machineScripts: Readonly<Record<string, readonly string[]>> = {
  aws_instance: ['user_data', 'user_data_base64'],
  aws_launch_template: ['user_data'],
  aws_launch_configuration: ['user_data', 'user_data_base64'],
  google_compute_instance: ['metadata_startup_script', 'metadata'],
  google_compute_instance_template: ['metadata_startup_script', 'metadata'],
}
const isMachine = ofType(...Object.keys(machineScripts))
/** Types with passwords of their own; those of databases have SEC-09. */
const isHolder = ofType(
  'provider',
  'aws_directory_service_directory',
  'aws_dms_endpoint',
  'aws_elasticache_replication_group',
  'aws_elasticache_user',
  'aws_mq_broker',
  'aws_opensearch_domain',
  'google_sql_user',
  'helm_release',
  'kubernetes_config_map',
  'kubernetes_secret',
  'kubernetes_secret_v1',
)
/** Types of Terraform that are read whatever their attributes are called. */
const isRead = [isVariable, isVariableFile, isParameter, isFunction, isSecretVersion, isMachine, isHolder]

/** Databases, whose first password SEC-09 judges, and outputs, which SEC-11 does. */
const isJudgedElsewhere = ofType(
  'aws_db_instance',
  'aws_rds_cluster',
  'aws_docdb_cluster',
  'aws_redshift_cluster',
  'google_sql_database_instance',
  'output',
)

/** True for resources that `secretPlaces` knows to read, and those of Terraform where a name says it. */
export const mayHoldSecrets = onceInARow((resource): boolean => {
  if (resource.kind !== 'terraform')
    return isService(resource) || isTask(resource) || holdsClusterSecrets(resource)
  return (
    isTask(resource) || isRead.some((isOfType) => isOfType(resource)) || writtenPaths(resource).length > 0
  )
})

/** A local value with a history is judged where that begins. */
function writtenPaths(resource: Resource): readonly NamedPath[] {
  if (resource.kind !== 'terraform' || isJudgedElsewhere(resource)) return []
  const places = namedSecrets(resource)
  return resource.type === 'locals'
    ? places.filter(([path]) => (attributeOf(resource, path)?.trace ?? []).length === 0)
    : places
}

/** Lists the places of a resource where a secret could be written in clear. */
export const secretPlaces = onceInARow((resource): readonly SecretPlace[] => {
  if (isVariable(resource)) return placesIn(resource, [['default', resource.name]])
  if (isVariableFile(resource)) return placesIn(resource, namedChildren(resource, ''))
  if (isService(resource)) return servicePlaces(resource)
  if (isFunction(resource)) return placesIn(resource, namedChildren(resource, 'environment.0.variables'))
  if (isSecretVersion(resource)) return placesIn(resource, [['secret_string', 'secret']])
  if (isMachine(resource)) return machinePlaces(resource)
  if (isHolder(resource)) return heldPlaces(resource)
  if (holdsClusterSecrets(resource)) return clusterPlaces(resource)
  if (isParameter(resource)) return placesIn(resource, [['value', parameterName(resource)]])
  return isTask(resource) ? taskPlaces(resource) : placesIn(resource, writtenPaths(resource))
})

function machinePlaces(resource: Resource): SecretPlace[] {
  return (machineScripts[resource.type] ?? []).flatMap((path) => {
    const entries = namedChildren(resource, path)
    return entries.length === 0 ? placesInText(resource, path) : placesIn(resource, entries)
  })
}

/** Every value whose own name is that of a secret, however deep it stands. */
function heldPlaces(resource: Resource): SecretPlace[] {
  const leaves = [...resource.attributes.keys()].filter((path) => {
    const name = lastSegmentOf(path)
    return (
      !/(?:^|\.)(?:tags|labels)\./.test(path) && isSecretName(name) && childrenOf(resource, path).length === 0
    )
  })
  return placesIn(
    resource,
    leaves.map((path) => [path, lastSegmentOf(path)]),
  )
}

function clusterPlaces(resource: Resource): SecretPlace[] {
  const texts = podContainers(resource).flatMap((path) => [`${path}.command`, `${path}.args`])
  const named = placesIn(resource, clusterNames(resource)).map((place) => {
    const isEncoded = resource.type === 'secret' && place.path.startsWith('data.')
    if (!isEncoded || !place.attribute.known) return place
    return { ...place, text: Buffer.from(textOf(place.attribute.value), 'base64').toString() }
  })
  return [...named, ...texts.flatMap((path) => placesInText(resource, path))]
}

function servicePlaces(resource: Resource): SecretPlace[] {
  const named = ['environment', 'labels', 'build.args'].flatMap((path) => namedChildren(resource, path))
  const texts = ['command', 'entrypoint', 'healthcheck.test']
  return [...placesIn(resource, named), ...texts.flatMap((path) => placesInText(resource, path))]
}

function taskPlaces(resource: Resource): SecretPlace[] {
  const containers = containersOf(resource)
  const variables = containers.flatMap((container) => childrenOf(resource, `${container}.environment`))
  const named = variables.map(
    (path) => [`${path}.value`, textOf(knownValueOf(resource, `${path}.name`))] as const,
  )
  const texts = containers.flatMap((container) =>
    ['command', 'entryPoint', 'healthCheck.command'].map((name) => `${container}.${name}`),
  )
  return [...placesIn(resource, named), ...texts.flatMap((path) => placesInText(resource, path))]
}

/** A parameter that is kept encrypted is a secret whatever its name is. */
function parameterName(resource: Resource): string {
  if (knownValueOf(resource, 'type') === 'SecureString') return 'secret'
  const name = textOf(knownValueOf(resource, 'name'))
  return name.slice(name.lastIndexOf('/') + 1)
}

function namedChildren(resource: Resource, path: string): (readonly [string, string])[] {
  return childrenOf(resource, path).map((child) => [child, lastSegmentOf(child)] as const)
}

function placesIn(
  resource: Resource,
  paths: readonly (readonly [path: string, name: string])[],
): SecretPlace[] {
  return paths.flatMap(([path, name]) => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    if (isSecretName(name) && !(attribute.known && isHarmless(name, textOf(attribute.value)))) {
      return [{ name, path, attribute }]
    }
    const findIn = isMachine(resource) ? secretInScript : secretIn
    const text = attribute.known ? findIn(textOf(attribute.value)) : undefined
    return text === undefined ? [] : [{ name, path, attribute, text }]
  })
}

/** A command line or a script: what looks like a secret in it, at most one. */
function placesInText(resource: Resource, path: string): SecretPlace[] {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return []
  const line = lineAt(resource, path)
  const findIn = isMachine(resource) ? secretInScript : secretIn
  const isEncoded = path === 'user_data_base64' || resource.type === 'aws_launch_template'
  const decoded = isEncoded ? Buffer.from(line, 'base64').toString() : ''
  const texts = [...secretsIn(line, findIn), ...secretsIn(decoded, findIn)]
  const [text] = texts
  return text === undefined ? [] : [{ name: path, path, attribute, text, texts }]
}

function lineAt(resource: Resource, path: string): string {
  const children = childrenOf(resource, path)
  if (children.length > 0) return children.map((child) => lineAt(resource, child)).join(' ')
  const attribute = attributeOf(resource, path)
  return attribute?.known === true ? textOf(attribute.value) : (attribute?.expression ?? '')
}

/** Reads the text of a place; undefined where it is not known or empty. */
export function secretText({ attribute, text: found }: SecretPlace): string | undefined {
  if (found !== undefined) return found
  if (!attribute.known || attribute.value === null) return undefined
  const text = textOf(attribute.value)
  return text === '' ? undefined : (passwordIn(text) ?? text)
}

function hidingParts(resource: Resource): readonly string[] {
  const pod = podOf(resource)
  if (pod !== undefined) return [`${pod}.containers`, `${pod}.containers.*`]
  return holdsClusterSecrets(resource) ? ['data', 'data.*', 'stringData', 'stringData.*'] : []
}

/** Says what may hide a part of the environment: a value that is not known, or a file that is not read. */
export const hiddenEnvironment = onceInARow((resource): string | undefined => {
  const paths = isService(resource)
    ? ['environment', 'environment.*', '*']
    : isTask(resource)
      ? ['container_definitions', 'container_definitions.*']
      : [...hidingParts(resource), '*']
  for (const path of paths) {
    const attribute = attributeOf(resource, path)
    const isOpen = path.endsWith('*') || childrenOf(resource, path).length === 0
    if (attribute !== undefined && !attribute.known && isOpen) return `${path} ${attribute.why}`
  }
  return isService(resource) && attributeOf(resource, 'env_file') !== undefined
    ? 'env_file names a file that is not read'
    : undefined
})
