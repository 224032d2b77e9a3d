/** Checks of the programs the house stands on: PostgreSQL, the engines, and what ends children with us. */
import { messageOf } from '../../../lib/errors.ts'
import { canFetch, installAdvice, missingTools } from '../packages/debian.ts'
import { choosePostgres, describePostgres } from '../postgres/choose.ts'
import { findSetpriv } from '../process/confine.ts'
import type { Settings } from '../settings.ts'
import { fail, pass, warn, type CheckResult } from './check.ts'

/** Checks that one of the three ways to a PostgreSQL is open. */
export function checkPostgres(settings: Settings): CheckResult {
  try {
    const choice = choosePostgres(settings)
    const found = describePostgres(choice)
    if (choice.kind !== 'embedded') return pass('postgres', found)
    return warn('postgres', `${found}: its bundled libraries are old`, 'apt-get install postgresql')
  } catch (error) {
    return fail('postgres', messageOf(error), 'apt-get install postgresql, or set DATABASE_URL')
  }
}

/** Checks that Prometheus and its companions are there or can be fetched. */
export function checkTools({ path, packagesDirectory }: Settings): CheckResult {
  const wanted = missingTools(path, packagesDirectory)
  if (wanted.length === 0) return pass('engines', 'Prometheus, Alertmanager, node-exporter')
  const names = wanted.map(({ name }) => name).join(', ')
  if (canFetch(path)) return pass('engines', `${names}: fetched from Debian at the first start (about 35 MB)`)
  return fail('engines', `${names}: not found`, installAdvice(wanted, path))
}

/** Checks that children end with the supervisor. */
export function checkSetpriv(path: string): CheckResult {
  const found = findSetpriv(path)
  if (found !== undefined) return pass('setpriv', found)
  return warn(
    'setpriv',
    'not found: children outlive a supervisor that is killed, until the next start stops them',
    'install util-linux 2.33 or later',
  )
}
