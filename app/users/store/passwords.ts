/** Replaces passwords. Each change is one transaction with the audit event that tells of it. */
import type { Sdk, Pool, Transaction } from '#sdk'
import { createHash } from 'node:crypto'
import type { Actor } from './accounts.ts'
import type { Login } from './credentials.ts'
import { statements } from './statements.ts'

export interface PasswordStore {
  /** Replaces the password of the actor; answers false when it is no longer the one of `version`. */
  readonly change: (actor: Owner, next: NextPassword & { readonly version: number }) => Promise<boolean>
  /** Replaces a forgotten password by one its owner must change; answers false when nobody has the e-mail. */
  readonly reset: (actor: Actor, next: NextPassword) => Promise<boolean>
  /** Records that an admin was refused the password of an account. */
  readonly refuse: (actor: Actor, id: string) => Promise<void>
}

type Owner = Actor & { readonly account: string }

export interface NextPassword {
  /** Lower case; its login attempts are forgotten. */
  readonly email: string
  readonly passwordHash: string
}

/** Opens the passwords on a pool of the role `users_app`. */
export function passwordStore(pool: Pool, audit: Sdk['audit']): PasswordStore {
  return {
    change: (actor, { version, ...next }) =>
      pool.inTenant(actor.tenant, (tx) => {
        const values: SetPassword = [actor.account, next.passwordHash, false, version]
        return replace({ tx, audit, actor }, { values, email: next.email, reason: 'password_changed' })
      }),
    reset: (actor, { email, passwordHash }) =>
      pool.inTenant(actor.tenant, async (tx) => {
        const [login] = await tx.query<Login>(statements.findLogin, [email])
        if (login === undefined) return false
        const values: SetPassword = [login.id, passwordHash, true, null]
        return replace({ tx, audit, actor }, { values, email, reason: 'password_reset' })
      }),
    refuse: (actor, id) =>
      pool.inTenant(actor.tenant, (tx) =>
        record({ tx, audit, actor }, { id, outcome: 'denied', reason: 'password_not_own' }),
      ),
  }
}

interface Recorder {
  readonly tx: Transaction
  readonly audit: Sdk['audit']
  readonly actor: Actor
}

/** Parameters of `set-password.sql`. */
type SetPassword = readonly [id: string, hash: string, mustChange: boolean, version: number | null]

interface Replacement {
  readonly values: SetPassword
  readonly email: string
  readonly reason: string
}

async function replace(recorder: Recorder, { values, email, reason }: Replacement): Promise<boolean> {
  const { tx } = recorder
  const replaced = await tx.query(statements.setPassword, [...values])
  if (replaced.length === 0) return false
  await tx.query(statements.clearAttempts, [createHash('sha256').update(email).digest()])
  await record(recorder, { id: values[0], outcome: 'success', reason })
  return true
}

interface Deed {
  readonly id: string
  readonly outcome: 'success' | 'denied'
  readonly reason: string
}

async function record({ tx, audit, actor }: Recorder, { id, outcome, reason }: Deed): Promise<void> {
  await audit.record(tx, {
    tenant: actor.tenant,
    facts: {
      class: 'admin',
      action: 'user.updated',
      outcome,
      actorRole: actor.role,
      reason,
      resource: 'account',
      ...(actor.synthetic ? { synthetic: true } : {}),
    },
    personal: { resourceId: id, ...(actor.account === undefined ? {} : { actor: actor.account }) },
  })
}
