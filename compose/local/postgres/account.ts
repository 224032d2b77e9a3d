/** Under which account a database server may run: PostgreSQL refuses root. */
import { readFileSync } from 'node:fs'
import { LocalError } from '../errors.ts'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * In order of preference. `nobody` exists nearly everywhere and, as PostgreSQL needs, has an entry in the list of
 * accounts; other daemons may run under it too, so a machine with the `postgres` account uses that one.
 */
const candidates = ['postgres', 'nobody'] as const

/**
 * Names the account to drop to: undefined for a normal user, for root one that exists already.
 *
 * @throws LocalError POSTGRES_MISSING as root on a system with none of them
 */
export function databaseAccount(
  uid: number | undefined = process.getuid?.(),
  passwd: string = readFileSync('/etc/passwd', 'utf8'),
): Account | undefined {
  if (uid !== 0) return undefined
  const account = candidates.map((name) => findAccount(passwd, name)).find((found) => found !== undefined)
  if (account === undefined) {
    throw new LocalError(
      'POSTGRES_MISSING',
      `found no account named ${candidates.join(' or ')}, expected one because the database cannot run as root: useradd --system postgres`,
    )
  }
  return account
}

/** Finds an account in the text of /etc/passwd. */
export function findAccount(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split('\n')) {
    const [found, , uid, gid] = line.split(':')
    // An entry with number 0 is root under another name.
    if (found === name && Number(uid) > 0 && gid !== undefined) {
      return { name, uid: Number(uid), gid: Number(gid) }
    }
  }
  return undefined
}
