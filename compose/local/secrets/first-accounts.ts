/**
 * The first accounts of a home, each with a password generated for it: the people of the demo, synthetic and
 * under `.example`, or without the demo one admin who makes the others.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { roles, type Role } from '../../../contracts/services.ts'
import { validator } from '../../../lib/validate.ts'
import { ensureSecret, newSecret } from './secret-file.ts'

const FirstAccount = Type.Object({
  email: Type.String({ pattern: '^[a-z]+@[a-z-]+\\.example$' }),
  tenant: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
  password: Type.String({ minLength: 16 }),
})
const FirstAccounts = Type.Array(FirstAccount)
export type FirstAccount = Static<typeof FirstAccount>

const checkAccounts = validator(FirstAccounts)

const tenants: readonly {
  readonly tenant: string
  readonly domain: string
  readonly roles: readonly Role[]
}[] = [
  {
    tenant: 'university_a',
    domain: 'university-a.example',
    roles: ['student', 'parent', 'faculty', 'registrar', 'admin', 'auditor', 'staff'],
  },
  { tenant: 'university_b', domain: 'university-b.example', roles: ['student', 'registrar'] },
  { tenant: 'drill', domain: 'drill.example', roles: ['registrar', 'student'] },
]

/** Names the file with the first accounts. */
export function accountsFile(secrets: string, demo: boolean): string {
  return join(secrets, demo ? 'demo.json' : 'admin.json')
}

/** Makes the accounts' passwords where the file is missing. */
export async function ensureAccounts(secrets: string, demo: boolean): Promise<void> {
  const make = demo ? demoAccounts : firstAdmin
  await ensureSecret(accountsFile(secrets, demo), () => JSON.stringify(make(), null, 2))
}

function demoAccounts(): FirstAccount[] {
  return tenants.flatMap(({ tenant, domain, roles: held }) =>
    held.map((role) => ({ email: `${role}@${domain}`, tenant, role, password: newSecret() })),
  )
}

function firstAdmin(): FirstAccount[] {
  return [{ email: 'admin@campus.example', tenant: 'campus', role: 'admin', password: newSecret() }]
}

/** Reads the accounts; a file somebody has broken gives none. */
export function readAccounts(secrets: string, demo: boolean): readonly FirstAccount[] {
  const outcome = checkAccounts(JSON.parse(readFileSync(accountsFile(secrets, demo), 'utf8')))
  return outcome.valid ? outcome.value : []
}
