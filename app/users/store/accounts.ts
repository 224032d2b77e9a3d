/** Accounts of one tenant. Every change is one transaction with the audit event that tells of it. */
import type { Sdk, Pool, Transaction } from '#sdk'
import type { Role } from '../../../contracts/services.ts'
import { statements } from './statements.ts'

/** Who changes something, as the access token says. */
export interface Actor {
  readonly tenant: string
  readonly account: string | undefined
  readonly role: Role | 'service'
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly directoryOptOut: boolean
  /** True while somebody else than its owner has chosen the password. */
  readonly mustChangePassword: boolean
  readonly synthetic: boolean
}

export interface NewAccount {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly passwordHash: string
  readonly mustChangePassword: boolean
}

export interface AccountChange {
  readonly name?: string
  readonly role?: Role
  readonly disabled?: boolean
  readonly directoryOptOut?: boolean
}

export interface AccountStore {
  readonly find: (tenant: string, id: string) => Promise<Account | undefined>
  /** Lists accounts after the id `after` in order of id; `search` is looked for in e-mails and names. */
  readonly list: (
    tenant: string,
    page: { readonly after: string | undefined; readonly search: string | undefined; readonly limit: number },
  ) => Promise<readonly Account[]>
  /** Answers false when the e-mail is taken. */
  readonly create: (actor: Actor, account: NewAccount) => Promise<boolean>
  /** Answers the account as it is now, undefined when there is none. */
  readonly change: (actor: Actor, id: string, change: AccountChange) => Promise<Account | undefined>
  readonly remove: (actor: Actor, id: string) => Promise<boolean>
  readonly searchDirectory: (
    actor: Actor,
    search: string,
  ) => Promise<readonly { readonly id: string; readonly name: string; readonly role: Role }[]>
  /** Tells whether an id belongs to another tenant; asked only to count the attempt. */
  readonly isForeign: (tenant: string, id: string) => Promise<boolean>
  readonly counts: () => Promise<
    readonly { readonly tenant: string; readonly role: Role; readonly accounts: number }[]
  >
  /** Forgets login attempts older than a day. */
  readonly purgeAttempts: () => Promise<void>
}

/** Opens the accounts on a pool of the role `users_app`. */
export function accountStore(pool: Pool, audit: Sdk['audit']): AccountStore {
  const recorder = { audit }
  return {
    find: (tenant, id) =>
      pool.inTenant(tenant, async (tx) => (await tx.query<Account>(statements.findAccount, [id]))[0]),
    list: (tenant, { after, search, limit }) =>
      pool.inTenant(tenant, (tx) =>
        tx.query<Account>(statements.listAccounts, [
          after ?? null,
          search === undefined ? null : `%${escapeLike(search.toLowerCase())}%`,
          limit,
        ]),
      ),
    create: (actor, account) =>
      pool.inTenant(actor.tenant, (tx) => create({ tx, ...recorder }, actor, account)),
    change: (actor, id, change) =>
      pool.inTenant(actor.tenant, (tx) => applyChange({ tx, ...recorder }, actor, { id, change })),
    remove: (actor, id) => pool.inTenant(actor.tenant, (tx) => remove({ tx, ...recorder }, actor, id)),
    searchDirectory: (actor, search) =>
      pool.inTenant(actor.tenant, async (tx) => {
        const pattern = `%${escapeLike(search.toLowerCase())}%`
        const found = await tx.query<Pick<Account, 'id' | 'name' | 'role'>>(statements.searchDirectory, [
          pattern,
        ])
        await record({ tx, ...recorder }, actor, { action: 'directory.searched' })
        return found
      }),
    isForeign: (tenant, id) =>
      pool.inTenant(tenant, async (tx) => {
        const [row] = await tx.query<{ readonly isForeign: boolean }>(statements.isForeign, [id])
        return row?.isForeign === true
      }),
    counts: () =>
      pool.transaction((tx) =>
        tx.query<{ readonly tenant: string; readonly role: Role; readonly accounts: number }>(
          statements.countAccounts,
        ),
      ),
    purgeAttempts: () =>
      pool.transaction(async (tx) => {
        await tx.query(statements.purgeAttempts, [])
      }),
  }
}

interface Recorder {
  readonly tx: Transaction
  readonly audit: Sdk['audit']
}

async function create(recorder: Recorder, actor: Actor, account: NewAccount): Promise<boolean> {
  const { tx } = recorder
  await tx.query(statements.insertTenant, [actor.tenant])
  const { id, email, name, role, passwordHash, mustChangePassword } = account
  const values = [actor.tenant, id, email, name, role, passwordHash, mustChangePassword, actor.synthetic]
  const inserted = await tx.query(statements.insertAccount, values)
  if (inserted.length === 0) return false
  await record(recorder, actor, { action: 'user.created', id })
  return true
}

async function applyChange(
  recorder: Recorder,
  actor: Actor,
  { id, change }: { readonly id: string; readonly change: AccountChange },
): Promise<Account | undefined> {
  const { tx } = recorder
  const [before] = await tx.query<Account>(statements.lockAccount, [id])
  if (before === undefined) return undefined
  const { name, role, disabled, directoryOptOut } = change
  const values = [id, name, role, disabled, directoryOptOut].map((value) => value ?? null)
  await tx.query(statements.updateAccount, values)
  if (role !== undefined && role !== before.role)
    await record(recorder, actor, { action: 'role.changed', id })
  const isUpdated = [name, disabled, directoryOptOut].some((value) => value !== undefined)
  if (isUpdated) await record(recorder, actor, { action: 'user.updated', id })
  const [after] = await tx.query<Account>(statements.findAccount, [id])
  return after
}

async function remove(recorder: Recorder, actor: Actor, id: string): Promise<boolean> {
  const [before] = await recorder.tx.query<Account>(statements.lockAccount, [id])
  if (before === undefined) return false
  await recorder.tx.query(statements.deleteAccount, [id])
  await record(recorder, actor, { action: 'user.deleted', id })
  return true
}

interface Deed {
  readonly action: 'user.created' | 'user.updated' | 'user.deleted' | 'role.changed' | 'directory.searched'
  readonly id?: string
}

async function record({ tx, audit }: Recorder, actor: Actor, { action, id }: Deed): Promise<void> {
  const isSearch = action === 'directory.searched'
  await audit.record(tx, {
    tenant: actor.tenant,
    facts: {
      class: isSearch ? 'access' : 'admin',
      action,
      outcome: 'success',
      actorRole: actor.role,
      resource: isSearch ? 'directory' : 'account',
      // Names of those who did not opt out are directory information.
      ...(isSearch ? { basis: '99.31(a)(11)' as const } : {}),
      ...(actor.synthetic ? { synthetic: true } : {}),
    },
    ...personalOf(actor, id),
  })
}

function personalOf({ account }: Actor, id: string | undefined) {
  const personal = {
    ...(account === undefined ? {} : { actor: account }),
    ...(id === undefined ? {} : { resourceId: id }),
  }
  return Object.keys(personal).length === 0 ? {} : { personal }
}

/** Takes the meaning of wildcards from a search term. */
function escapeLike(term: string): string {
  return term.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
}
