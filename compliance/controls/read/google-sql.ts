/** How controls read instances of Cloud SQL: their engine and their database flags. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Mend } from '../control.ts'
import { textOf } from '../text.ts'
import { ofType } from './terraform.ts'

export const isCloudSql = ofType('google_sql_database_instance')

const path = 'settings.0.database_flags'

/** True for an instance of Cloud SQL that runs PostgreSQL, or an engine nobody knows, and has settings of its own. */
export function isCloudPostgres(resource: Resource): boolean {
  if (!isCloudSql(resource) || attributeOf(resource, 'settings') === undefined) return false
  const version = knownValueOf(resource, 'database_version')
  return version === undefined || textOf(version).startsWith('POSTGRES')
}

/** Reads a database flag; undefined where it is not written. */
export function flagOf(instance: Resource, name: string): Attribute | undefined {
  const flags = childrenOf(instance, path)
  const own = flags.find((each) => knownValueOf(instance, `${each}.name`) === name)
  if (own !== undefined) return attributeOf(instance, `${own}.value`)
  const whole = attributeOf(instance, path)
  const isOpen = flags.some((each) => attributeOf(instance, `${each}.name`)?.known !== true)
  if (whole?.known === false && (flags.length === 0 || isOpen)) return whole
  return undefined
}

/** The edits that set a flag. */
export function setFlag(instance: Resource, name: string, value: string): readonly Mend[] {
  const flags = childrenOf(instance, path)
  const own = flags.find((each) => knownValueOf(instance, `${each}.name`) === name)
  if (own !== undefined) return [{ set: `${own}.value`, to: value }]
  const at = `${path}.${flags.length}`
  return [
    { set: `${at}.name`, to: name },
    { set: `${at}.value`, to: value },
  ]
}
