/**
 * Sessions and their rotating refresh tokens (RFC 9700 §4.14.2): each token is good once; one shown again ends
 * the session, because either the thief or the owner holds a copy and nobody can tell which.
 */
import type { Pool, Sdk, Transaction } from '#sdk'
import { createHash, randomUUID } from 'node:crypto'
import { tenantPattern, type Role } from '../../../contracts/services.ts'
import { statements } from './statements.ts'

/** Longest life of a session, seconds: 7 days from its login. No rotation moves the end. */
export const sessionSeconds = 604_800

export interface Holder {
  readonly tenant: string
  readonly account: string
  readonly role: Role
  /** Which password the session was begun with. */
  readonly passwordVersion: number
}

export interface Session extends Holder {
  readonly id: string
}

export interface Issued {
  readonly session: Session
  /** The refresh token. */
  readonly token: string
  /** How long it is good, seconds: to the end of the session. */
  readonly leftSeconds: number
}

/** What a refresh token turns out to be. */
export type Presented =
  | ({ readonly status: 'rotated' } & Issued)
  | { readonly status: 'expired' | 'unknown' }
  | { readonly status: 'reused'; readonly session: Session }

/** What a refresh token shown at log out did: it ended its session, which was reuse if it had been used before. */
export type LoggedOut =
  { readonly status: 'ended' | 'reused'; readonly session: Session } | { readonly status: 'unknown' }

export interface SessionStore {
  /** Begins a session with its first token. */
  readonly begin: (holder: Holder) => Promise<Issued>
  /** Answers whose token it is while it is good, without using it. */
  readonly peek: (token: string) => Promise<Session | undefined>
  /** Uses a token and gives the next one with the role the account has now; ends the session when it was used before. */
  readonly rotate: (token: string, role: Role | undefined) => Promise<Presented>
  /** Ends the session a token belongs to, used and expired ones too: whoever logs out wants it to be over. */
  readonly logOut: (token: string) => Promise<LoggedOut>
  /** Ends a session whose account may hold none or has another password; answers false when it had ended. */
  readonly end: (tenant: string, session: string, why: 'account' | 'password') => Promise<boolean>
  readonly counts: () => Promise<
    readonly { readonly tenant: string; readonly role: Role; readonly sessions: number }[]
  >
  /** Sessions that ended within the last seconds. */
  readonly recentlyRevoked: (
    seconds: number,
  ) => Promise<readonly { readonly id: string; readonly revokedMillis: number }[]>
  readonly purge: () => Promise<void>
}

export interface SessionStoreParts {
  readonly pool: Pool
  readonly audit: Sdk['audit']
  /** Gives 32 random bytes as 43 characters. */
  readonly newSecret: () => string
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

interface TokenRow {
  readonly session: string
  readonly account: string
  readonly role: Role
  readonly used: boolean
  readonly expired: boolean
  readonly revoked: boolean
  readonly passwordVersion: number
  /** Below zero when the session is too old. */
  readonly leftSeconds: number
}

/** Opens the sessions on a pool of the role `gateway_app`. */
export function sessionStore(parts: SessionStoreParts): SessionStore {
  const { pool } = parts
  return {
    begin: (holder) => pool.inTenant(holder.tenant, (tx) => begin(parts, tx, holder)),
    peek: async (token) => {
      const tenant = tenantOf(token)
      if (tenant === undefined) return undefined
      const row = await pool.inTenant(tenant, (tx) => find(tx, token))
      if (row === undefined || row.used || isOver(row)) return undefined
      return sessionOf(tenant, row)
    },
    rotate: async (token, role) => {
      const tenant = tenantOf(token)
      if (tenant === undefined) return { status: 'unknown' }
      return pool.inTenant(tenant, (tx) => rotate({ ...parts, tx, tenant }, token, role))
    },
    logOut: async (token) => {
      const tenant = tenantOf(token)
      if (tenant === undefined) return { status: 'unknown' }
      return pool.inTenant(tenant, (tx) => logOut({ ...parts, tx, tenant }, token))
    },
    end: (tenant, session, why) => pool.inTenant(tenant, (tx) => end({ ...parts, tx, tenant }, session, why)),
    counts: () => pool.transaction((tx) => tx.query(statements.countSessions)),
    recentlyRevoked: (seconds) => pool.transaction((tx) => tx.query(statements.recentlyRevoked, [seconds])),
    purge: () =>
      pool.transaction(async (tx) => {
        await tx.query(statements.purgeSessions)
      }),
  }
}

async function begin({ newSecret }: SessionStoreParts, tx: Transaction, holder: Holder): Promise<Issued> {
  const { tenant, account, role, passwordVersion } = holder
  const session = { ...holder, id: randomUUID() }
  const token = writeToken(session, newSecret())
  const values = [tenant, session.id, account, role, passwordVersion, sessionSeconds]
  await tx.query(statements.insertSession, values)
  await tx.query(statements.insertToken, [tenant, hashOf(token), session.id, sessionSeconds])
  return { session, token, leftSeconds: sessionSeconds }
}

async function find(tx: Transaction, token: string): Promise<TokenRow | undefined> {
  const [row] = await tx.query<TokenRow>(statements.findToken, [hashOf(token), sessionSeconds])
  return row
}

function isOver({ expired, revoked, leftSeconds }: TokenRow): boolean {
  return expired || revoked || leftSeconds <= 0
}

function sessionOf(tenant: string, { session: id, account, role, passwordVersion }: TokenRow): Session {
  return { id, tenant, account, role, passwordVersion }
}

type InTransaction = SessionStoreParts & { readonly tx: Transaction; readonly tenant: string }

async function rotate(parts: InTransaction, token: string, role: Role | undefined): Promise<Presented> {
  const { tx, tenant, newSecret } = parts
  const row = await find(tx, token)
  if (row === undefined) return { status: 'unknown' }
  const session = { ...sessionOf(tenant, row), role: role ?? row.role }
  if (row.used) {
    const isNew = await end(parts, row.session, 'reuse')
    if (isNew || row.revoked) return { status: 'reused', session }
  }
  if (isOver(row) || role === undefined) return { status: 'expired' }
  const next = writeToken(session, newSecret())
  await tx.query(statements.useToken, [hashOf(token)])
  await tx.query(statements.insertToken, [tenant, hashOf(next), row.session, row.leftSeconds])
  await tx.query(statements.setRole, [row.session, role])
  return { status: 'rotated', session, token: next, leftSeconds: row.leftSeconds }
}

async function logOut(parts: InTransaction, token: string): Promise<LoggedOut> {
  const row = await find(parts.tx, token)
  if (row === undefined) return { status: 'unknown' }
  await end(parts, row.session, row.used ? 'reuse' : 'logout')
  return { status: row.used ? 'reused' : 'ended', session: sessionOf(parts.tenant, row) }
}

type EndReason = 'logout' | 'reuse' | 'account' | 'password'

/** What the book says where the action alone does not tell. */
const reasons: Readonly<Partial<Record<EndReason, string>>> = {
  account: 'account_gone',
  password: 'password_changed',
}

async function end(
  { tx, audit, tenant, synthetic }: InTransaction,
  session: string,
  why: EndReason,
): Promise<boolean> {
  const [ended] = await tx.query<Pick<TokenRow, 'account' | 'role'>>(statements.revokeSession, [session, why])
  if (ended === undefined) return false
  const isReuse = why === 'reuse'
  await audit.record(tx, {
    tenant,
    facts: {
      class: 'security',
      action: isReuse ? 'auth.token_reused' : 'auth.logout',
      outcome: isReuse ? 'denied' : 'success',
      actorRole: isReuse ? 'anonymous' : ended.role,
      resource: 'session',
      ...(reasons[why] === undefined ? {} : { reason: reasons[why] }),
      ...(synthetic ? { synthetic: true } : {}),
    },
    personal: { actor: ended.account, resourceId: session },
  })
  return true
}

/** A token names its tenant and session, so that both are known before the row is found; the secret proves it. */
function writeToken({ tenant, id }: Session, secret: string): string {
  return `${tenant}.${id}.${secret}`
}

const tokenPattern = new RegExp(`^(${tenantPattern.slice(1, -1)})\\.([0-9a-f-]{36})\\.[\\w-]{43}$`)

function tenantOf(token: string): string | undefined {
  return tokenPattern.exec(token)?.[1]
}

/** Tells which session a well-formed token claims; undefined when it is not one of ours. */
export function sessionNamedBy(token: string): string | undefined {
  return tokenPattern.exec(token)?.[2]
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
