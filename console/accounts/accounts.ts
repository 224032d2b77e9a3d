/** The console's own accounts in one file: they open the pages when the database and the campus app are down. */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import type { Passwords } from './passwords.ts'
import { consoleRoles, type ConsoleRole } from './role.ts'

const email = Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 })
const role = Type.Unsafe<ConsoleRole>({ type: 'string', enum: consoleRoles })

/** Who is made at the first start, as the file of `CAMPANILE_CONSOLE_ACCOUNTS_FILE` lists them. */
export const FirstConsoleAccounts = Type.Array(
  Type.Object(
    { email, role, password: Type.String({ minLength: 12, maxLength: 128 }) },
    { additionalProperties: false },
  ),
  { maxItems: 100 },
)
export type FirstConsoleAccounts = Static<typeof FirstConsoleAccounts>

const StoredAccounts = Type.Object(
  {
    version: Type.Literal(1),
    accounts: Type.Array(Type.Object({ email, role, hash: Type.String() }, { additionalProperties: false }), {
      maxItems: 1_000,
    }),
  },
  { additionalProperties: false },
)
type StoredAccounts = Static<typeof StoredAccounts>
const checkStored = validator(StoredAccounts)

export interface ConsoleAccount {
  readonly email: string
  readonly role: ConsoleRole
}

export interface Accounts {
  /** Checks a login at the same cost whether the account exists or not. */
  readonly check: (email: string, password: string) => Promise<ConsoleAccount | undefined>
}

export interface AccountsOptions {
  readonly path: string
  readonly first: FirstConsoleAccounts
  readonly passwords: Passwords
}

/**
 * Opens the accounts; those of the first file that are not known yet are added with a hash of their password.
 *
 * @throws ConsoleError ACCOUNTS_INVALID when the file is damaged: it is never replaced by a fresh one
 */
export async function openAccounts({ path, first, passwords }: AccountsOptions): Promise<Accounts> {
  const known = new Map((await readStored(path)).accounts.map((account) => [keyOf(account.email), account]))
  const missing = first.filter((account) => !known.has(keyOf(account.email)))
  for (const { email: address, role: held, password } of missing) {
    known.set(keyOf(address), { email: address, role: held, hash: await passwords.hash(password) })
  }
  if (missing.length > 0) await writeStored(path, { version: 1, accounts: [...known.values()] })
  return {
    check: async (address, password) => {
      const account = known.get(keyOf(address))
      const isRight = await passwords.check(password, account?.hash)
      return isRight && account !== undefined ? { email: account.email, role: account.role } : undefined
    },
  }
}

function keyOf(address: string): string {
  return address.trim().toLowerCase()
}

async function readStored(path: string): Promise<StoredAccounts> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return { version: 1, accounts: [] }
    throw error
  }
  const outcome = checkStored(parse(path, text))
  if (outcome.valid) return outcome.value
  throw new ConsoleError('ACCOUNTS_INVALID', `${path} has ${outcome.faults.length} fault(s)`)
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConsoleError('ACCOUNTS_INVALID', `${path} is not json`, { cause })
  }
}

/** Writes beside it, syncs, and renames: a crash leaves the old file or the new one. */
async function writeStored(path: string, stored: StoredAccounts): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.draft`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(stored, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
}
