/** The people of the demo: synthetic, under `.example`, each with a password generated for this home. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { roles, type Role } from '../../../contracts/services.ts'
import { validator } from '../../../lib/validate.ts'
import { ensureSecret, newSecret } from './secret-file.ts'

const DemoAccount = Type.Object({
  email: Type.String({ pattern: '^[a-z]+@[a-z-]+\\.example$' }),
  tenant: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
  password: Type.String({ minLength: 16 }),
})
const DemoAccounts = Type.Array(DemoAccount)
export type DemoAccount = Static<typeof DemoAccount>

const tenants: readonly {
  readonly tenant: string
  readonly domain: string
  readonly roles: readonly Role[]
}[] = [
  {
    tenant: 'university_a',
    domain: 'university-a.example',
    roles: ['student', 'faculty', 'registrar', 'admin', 'auditor', 'staff'],
  },
  { tenant: 'university_b', domain: 'university-b.example', roles: ['student', 'registrar'] },
  { tenant: 'drill', domain: 'drill.example', roles: ['registrar', 'student'] },
]

/** Names the file with the demo accounts. */
export function demoAccountsFile(secrets: string): string {
  return join(secrets, 'demo.json')
}

/** Makes the accounts' passwords where the file is missing. */
export async function ensureDemoAccounts(secrets: string): Promise<void> {
  await ensureSecret(demoAccountsFile(secrets), () => JSON.stringify(newAccounts(), null, 2))
}

function newAccounts(): DemoAccount[] {
  return tenants.flatMap(({ tenant, domain, roles: held }) =>
    held.map((role) => ({ email: `${role}@${domain}`, tenant, role, password: newSecret() })),
  )
}

/** Reads the accounts; a file somebody has broken gives none. */
export function readDemoAccounts(secrets: string): readonly DemoAccount[] {
  const outcome = validator(DemoAccounts)(JSON.parse(readFileSync(demoAccountsFile(secrets), 'utf8')))
  return outcome.valid ? outcome.value : []
}
