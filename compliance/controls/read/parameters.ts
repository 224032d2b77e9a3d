/** Settings of PostgreSQL, wherever they are written: in a parameter group, or as a live server shows them. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { isServer, settingOf } from './postgres.ts'
import { ofType } from './terraform.ts'
import { textOf } from '../text.ts'

const isGroup = ofType('aws_db_parameter_group', 'aws_rds_cluster_parameter_group')

/** True for a live server, or a parameter group of PostgreSQL or of a family that is not known. */
export function hasParameters(resource: Resource): boolean {
  if (isServer(resource)) return true
  const family = knownValueOf(resource, 'family')
  return isGroup(resource) && (family === undefined || /^(aurora-)?postgres/.test(textOf(family)))
}

/** Reads one setting; undefined when a parameter group does not write it. */
export function parameterOf(resource: Resource, name: string): Attribute | undefined {
  if (isServer(resource)) return settingOf(resource, name)
  const path = childrenOf(resource, 'parameter').find(
    (each) => knownValueOf(resource, `${each}.name`) === name,
  )
  if (path !== undefined) return attributeOf(resource, `${path}.value`)
  const all = attributeOf(resource, 'parameter')
  return all?.known === false ? all : undefined
}

/** True for the ways to write `on`. */
export function isOn(attribute: Attribute): boolean {
  return attribute.known && /^(1|on|true|yes|all)$/i.test(textOf(attribute.value))
}
