/** What a login needs of the database; the attempt is counted before the password is looked at. */
import type { Sdk, Pool, Transaction } from '#sdk'
import { createHash } from 'node:crypto'
import type { Role } from '../../../contracts/services.ts'
import { statements } from './statements.ts'

export interface Login {
  readonly id: string
  readonly role: Role
  readonly passwordHash: string
  readonly passwordVersion: number
  readonly disabled: boolean
  readonly synthetic: boolean
}

export type Attempt =
  | { readonly status: 'open'; readonly login: Login | undefined }
  | { readonly status: 'locked'; readonly retrySeconds: number }

export type LoginOutcome = 'success' | 'bad_credentials' | 'account_disabled' | 'rate_limited'

export interface CredentialStore {
  /** Names the tenant of an e-mail that has one account over all tenants. */
  readonly tenantOf: (email: string) => Promise<string | undefined>
  /** Counts an attempt and answers the account, where there is one. */
  readonly take: (tenant: string, email: string) => Promise<Attempt>
  /**
   * Records how an attempt ended, in one transaction with its audit event. Of the attempts one lock refuses only
   * the first is recorded: an attacker must not fill the book.
   */
  readonly settle: (tenant: string, email: string, end: LoginEnd) => Promise<void>
  /** Current role and password of an account that may hold a session; undefined when it is gone or disabled. */
  readonly standing: (tenant: string, account: string) => Promise<Standing | undefined>
}

export type Standing = Pick<Login, 'role' | 'passwordVersion'>

export interface LoginEnd {
  readonly outcome: LoginOutcome
  readonly login: Login | undefined
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

/** Wrong passwords in a row that cost nothing, and the longest lock after them, seconds. */
const freeAttempts = 10
const longestLockSeconds = 900

/** Opens the credentials on a pool of the role `users_app`. */
export function credentialStore(pool: Pool, audit: Sdk['audit']): CredentialStore {
  return {
    tenantOf: (email) =>
      pool.transaction(async (tx) => {
        const [row] = await tx.query<{ readonly tenant: string | null }>(statements.tenantOfEmail, [email])
        return row?.tenant ?? undefined
      }),
    take: (tenant, email) => pool.inTenant(tenant, (tx) => take(tx, tenant, email)),
    settle: (tenant, email, end) =>
      pool.inTenant(tenant, async (tx) => {
        await settle({ tx, audit }, { tenant, email, end })
      }),
    standing: (tenant, account) =>
      pool.inTenant(tenant, async (tx) => {
        const [row] = await tx.query<Standing>(statements.findStanding, [account])
        return row
      }),
  }
}

async function take(tx: Transaction, tenant: string, email: string): Promise<Attempt> {
  const hash = hashOf(email)
  const [before] = await tx.query<{ readonly lockedSeconds: number }>(statements.peekAttempt, [hash])
  if (before !== undefined) return { status: 'locked', retrySeconds: before.lockedSeconds }
  await tx.query(statements.takeAttempt, [tenant, hash, freeAttempts, longestLockSeconds])
  const [login] = await tx.query<Login>(statements.findLogin, [email])
  return { status: 'open', login }
}

interface Recorder {
  readonly tx: Transaction
  readonly audit: Sdk['audit']
}

async function settle(
  recorder: Recorder,
  { tenant, email, end }: { readonly tenant: string; readonly email: string; readonly end: LoginEnd },
): Promise<void> {
  const { tx } = recorder
  if (end.outcome === 'success') await tx.query(statements.clearAttempts, [hashOf(email)])
  if (end.outcome !== 'rate_limited') return record(recorder, tenant, end)
  const told = await tx.query(statements.tellLock, [hashOf(email)])
  if (told.length === 0) return
  const [login] = await tx.query<Login>(statements.findLogin, [email])
  await record(recorder, tenant, { ...end, login })
}

async function record(
  { tx, audit }: Recorder,
  tenant: string,
  { outcome, login, synthetic }: LoginEnd,
): Promise<void> {
  const [row] = await tx.query<{ readonly known: boolean }>(statements.hasTenant)
  // A tenant somebody made up has no log.
  if (row?.known !== true) return
  const isSuccess = outcome === 'success'
  await audit.record(tx, {
    tenant,
    facts: {
      class: 'security',
      action: isSuccess ? 'auth.login' : 'auth.failed',
      outcome: isSuccess ? 'success' : 'denied',
      actorRole: isSuccess && login ? login.role : 'anonymous',
      ...(isSuccess ? {} : { reason: outcome }),
      ...(synthetic ? { synthetic: true } : {}),
    },
    ...(login === undefined ? {} : { personal: { actor: login.id } }),
  })
}

function hashOf(email: string): Buffer {
  return createHash('sha256').update(email).digest()
}
