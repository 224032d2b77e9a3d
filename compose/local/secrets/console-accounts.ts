/** The first accounts of the console: its own, because it must open when the campus app does not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { validator } from '../../../lib/validate.ts'
import { ensureSecret, newSecret } from './secret-file.ts'

const consoleRoles = ['sre', 'auditor', 'viewer'] as const
type ConsoleRole = (typeof consoleRoles)[number]

const ConsoleAccount = Type.Object({
  email: Type.String({ pattern: '^[a-z]+@console\\.example$' }),
  role: Type.Unsafe<ConsoleRole>({ type: 'string', enum: consoleRoles }),
  password: Type.String({ minLength: 16 }),
})
type ConsoleAccount = Static<typeof ConsoleAccount>
const checkAccounts = validator(Type.Array(ConsoleAccount))

/** Names the file with the first accounts of the console. */
export function consoleAccountsFile(secrets: string): string {
  return join(secrets, 'console.json')
}

/** Makes one account for each role, with generated passwords, where the file is missing. */
export async function ensureConsoleAccounts(secrets: string): Promise<void> {
  const make = (): ConsoleAccount[] =>
    consoleRoles.map((role) => ({ email: `${role}@console.example`, role, password: newSecret() }))
  await ensureSecret(consoleAccountsFile(secrets), () => JSON.stringify(make(), null, 2))
}

/** Reads the accounts; a file somebody has broken gives none. */
export function readConsoleAccounts(secrets: string): readonly ConsoleAccount[] {
  const outcome = checkAccounts(JSON.parse(readFileSync(consoleAccountsFile(secrets), 'utf8')))
  return outcome.valid ? outcome.value : []
}
