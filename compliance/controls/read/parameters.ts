/** Settings of PostgreSQL, wherever they are written: in a parameter group, in flags of Cloud SQL, on a live server. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Mend } from '../control.ts'
import { flagOf, isCloudPostgres, setFlag } from './google-sql.ts'
import { isServer, settingOf } from './postgres.ts'
import { isAnySet } from './replica.ts'
import { ofType } from './terraform.ts'
import { textOf } from '../text.ts'

const isGroup = ofType('aws_db_parameter_group', 'aws_rds_cluster_parameter_group')

/** True for a live server, an instance of Cloud SQL, or a parameter group; of PostgreSQL or of what is not known. */
export function hasParameters(resource: Resource): boolean {
  if (isServer(resource) || isCloudPostgres(resource)) return true
  if (!isGroup(resource)) return false
  const family = knownValueOf(resource, 'family')
  return family === undefined || /^(aurora-)?postgres/.test(textOf(family))
}

/** Group that a database of AWS has when it names none, by type; nobody can write a parameter into it. */
const groupPaths: Readonly<Record<string, string>> = {
  aws_db_instance: 'parameter_group_name',
  aws_rds_cluster: 'db_cluster_parameter_group_name',
}

/** True for a PostgreSQL of AWS that names no parameter group: every parameter is the provider's. */
export function hasDefaultParameters(resource: Resource): boolean {
  const path = resource.kind === 'terraform' ? groupPaths[resource.type] : undefined
  if (path === undefined || attributeOf(resource, path) !== undefined) return false
  if (isAnySet(resource, ['replicate_source_db', 'snapshot_identifier']) !== 'no') return false
  return /^(aurora-)?postgres/.test(textOf(knownValueOf(resource, 'engine')))
}

/** Reads one setting; undefined where it is not written. */
export function parameterOf(resource: Resource, name: string): Attribute | undefined {
  if (isServer(resource)) return settingOf(resource, name)
  if (isCloudPostgres(resource)) return flagOf(resource, name)
  const path = childrenOf(resource, 'parameter').find(
    (each) => knownValueOf(resource, `${each}.name`) === name,
  )
  if (path !== undefined) return attributeOf(resource, `${path}.value`)
  const all = attributeOf(resource, 'parameter')
  return all?.known === false ? all : undefined
}

/** The edits that write a setting; none for a live server. */
export function setParameter(resource: Resource, name: string, value: string): readonly Mend[] {
  if (isCloudPostgres(resource)) return setFlag(resource, name, value)
  if (!isGroup(resource)) return []
  const written = childrenOf(resource, 'parameter')
  const own = written.find((each) => knownValueOf(resource, `${each}.name`) === name)
  if (own !== undefined) return [{ set: `${own}.value`, to: value }]
  const path = `parameter.${written.length}`
  return [
    { set: `${path}.name`, to: name },
    { set: `${path}.value`, to: value },
  ]
}

/** True for the ways to write `on`. */
export function isOn(attribute: Attribute): boolean {
  return attribute.known && /^(1|on|true|yes|all)$/i.test(textOf(attribute.value))
}
