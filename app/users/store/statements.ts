/** The statements of this service, read once when the process starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  tenantOfEmail: load('tenant-of-email'),
  takeAttempt: load('take-attempt'),
  peekAttempt: load('peek-attempt'),
  tellLock: load('tell-lock'),
  clearAttempts: load('clear-attempts'),
  findLogin: load('find-login'),
  hasTenant: load('has-tenant'),
  findStanding: load('find-standing'),
  findAccount: load('find-account'),
  listAccounts: load('list-accounts'),
  insertAccount: load('insert-account'),
  insertTenant: load('insert-tenant'),
  updateAccount: load('update-account'),
  setPassword: load('set-password'),
  lockAccount: load('lock-account'),
  deleteAccount: load('delete-account'),
  searchDirectory: load('search-directory'),
  isForeign: load('is-foreign'),
  countAccounts: load('count-accounts'),
  purgeAttempts: load('purge-attempts'),
} as const
