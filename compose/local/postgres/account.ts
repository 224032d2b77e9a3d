/** Under which account a database server may run: PostgreSQL refuses root. */
import { readFileSync } from 'node:fs'
import { LocalError } from '../errors.ts'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * Names the account to drop to: undefined for a normal user, `postgres` for root.
 *
 * @throws LocalError POSTGRES_MISSING as root on a system without that account
 */
export function databaseAccount(
  uid: number | undefined = process.getuid?.(),
  passwd: string = readFileSync('/etc/passwd', 'utf8'),
): Account | undefined {
  if (uid !== 0) return undefined
  const account = findAccount(passwd, 'postgres')
  if (account === undefined) {
    throw new LocalError(
      'POSTGRES_MISSING',
      'found no account named postgres, expected one because the database cannot run as root: useradd --system postgres',
    )
  }
  return account
}

/** Finds an account in the text of /etc/passwd. */
export function findAccount(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split('\n')) {
    const [found, , uid, gid] = line.split(':')
    if (found === name && uid !== undefined && gid !== undefined) {
      return { name, uid: Number(uid), gid: Number(gid) }
    }
  }
  return undefined
}
