/** How controls read a live PostgreSQL: the only place that knows the shape of that evidence. */
import { attributeOf, knownValueOf, pathOf, type Attribute, type Resource } from '../../evidence.ts'

function isPostgres(type: string): (resource: Resource) => boolean {
  return (resource) => resource.kind === 'postgres' && resource.type === type
}

/** The server with its settings. */
export const isServer = isPostgres('server')
/** One table with its row security. */
export const isTable = isPostgres('table')
/** One role that may log in, or may be taken on. */
export const isRole = isPostgres('role')
/** One line of pg_hba.conf as the server understood it. */
export const isRule = isPostgres('hba_rule')
/** One line of a pg_hba.conf in a repository, in the same words. */
export function isWrittenRule({ kind, type }: Resource): boolean {
  return kind === 'repository' && type === 'hba_rule'
}
/** One schema with what everybody may do in it. */
export const isSchema = isPostgres('schema')

/** Roles a server is administered with, by their usual names and that of our own cluster; no application is given them. */
const administration =
  /^(postgres|campanile_admin|rdsadmin|rds_superuser|cloudsqladmin|cloudsqlsuperuser|azuresu|azure_superuser)$/

/** Says why a role is not one that applications log in with; undefined when it may be. */
export function whyNoApplication(role: Resource): string | undefined {
  if (administration.test(role.name)) return 'it administers the server'
  if (knownValueOf(role, 'bootstrap') === true) return 'initdb made it, and a server always has one such role'
  return knownValueOf(role, 'login') === false ? 'nobody can log in with it' : undefined
}

/** Reads a setting as the server shows it: `on`, `scram-sha-256`. */
export function settingOf(server: Resource, name: string): Attribute | undefined {
  return attributeOf(server, pathOf('setting', name))
}

/** True for a rule, or for what stands for rules nobody could read, of the same server that lets others in. */
export function isRemoteRule(rule: Resource, server: Resource): boolean {
  if (!isRule(rule) || rule.position.file !== server.position.file) return false
  const type = knownValueOf(rule, 'type')
  if (type === 'local' || knownValueOf(rule, 'auth_method') === 'reject') return false
  const address = knownValueOf(rule, 'address')
  return !(typeof address === 'string' && /^(127\.|::1(\/|$)|localhost$|samehost$)/.test(address))
}
