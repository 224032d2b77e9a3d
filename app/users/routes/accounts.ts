/** Accounts, for the admin of their tenant: list, create, change, delete. */
import { randomUUID } from 'node:crypto'
import type { Express, Request } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { principalOf, requireRole, tenantBody } from '../../door/authenticate.ts'
import { uuidPattern } from '../../door/principal.ts'
import type { Actor } from '../store/accounts.ts'
import { actorOf, unknownAccount, type UsersDoor } from './door.ts'
import { ChangeAccount, CreateAccount } from './shapes.ts'

const checkCreate = validator(CreateAccount)
const checkChange = validator(ChangeAccount)
const uuid = new RegExp(uuidPattern)
const maxPage = 200

/** Mounts the list and the changes. */
export function mountAccounts(app: Express, door: UsersDoor): void {
  const onlyAdmins = requireRole('admin')
  const body = tenantBody({ bytes: 8_192, depth: 3 })
  app.get('/accounts', onlyAdmins, async (request, response) => {
    const accounts = await door.accounts.list(principalOf(request).tenant, pageOf(request))
    response.set('cache-control', 'no-store').json({ accounts })
  })
  mountCreate(app, door, body)
  mountChange(app, door, body)
  app.delete('/accounts/:id', onlyAdmins, async (request, response) => {
    const id = idOf(request)
    refuseSelf(request, id)
    const actor = actorOf(door, request)
    if (!(await door.accounts.remove(actor, id))) throw await unknownAccount(door, actor.tenant, id)
    response.status(204).end()
  })
}

type Body = ReturnType<typeof tenantBody>

function mountCreate(app: Express, door: UsersDoor, body: Body): void {
  app.post('/accounts', requireRole('admin'), body, async (request, response) => {
    const checked = checkCreate(request.body)
    if (!checked.valid) throw new Refusal('body_invalid', { faults: checked.faults })
    const { password, email, name, role } = checked.value
    refuseOperator(role)
    const account = {
      id: randomUUID(),
      email: email.toLowerCase(),
      name: name.trim(),
      role,
      mustChangePassword: true,
    }
    const passwordHash = await door.passwords.hash(password)
    if (!(await door.accounts.create(actorOf(door, request), { ...account, passwordHash }))) {
      throw new Refusal('conflict', { detail: 'an account with this e-mail exists' })
    }
    const { synthetic } = door
    response.status(201).json({ ...account, disabled: false, directoryOptOut: false, synthetic })
  })
}

function mountChange(app: Express, door: UsersDoor, body: Body): void {
  app.patch('/accounts/:id', requireRole('admin'), body, async (request, response) => {
    const id = idOf(request)
    const checked = checkChange(request.body)
    if (!checked.valid) throw new Refusal('body_invalid', { faults: checked.faults })
    const { password, ...change } = checked.value
    if (change.role !== undefined || change.disabled !== undefined) refuseSelf(request, id)
    refuseOperator(change.role)
    const actor = actorOf(door, request)
    if (password !== undefined) throw await foreignPassword(door, actor, id)
    const account = await door.accounts.change(actor, id, change)
    if (account === undefined) throw await unknownAccount(door, actor.tenant, id)
    response.json(account)
  })
}

/** Operators stand above tenants; nobody within one makes them. */
function refuseOperator(role: string | undefined): void {
  if (role === 'operator') throw new Refusal('forbidden', { detail: 'an admin cannot make an operator' })
}

/**
 * An admin reads no education records, so they must not become somebody who does. No role is exempt: roles can be
 * changed back and forth, and a password would stay.
 */
async function foreignPassword(door: UsersDoor, actor: Actor, id: string): Promise<Refusal> {
  if ((await door.accounts.find(actor.tenant, id)) === undefined)
    return unknownAccount(door, actor.tenant, id)
  await door.ownPasswords.refuse(actor, id)
  return new Refusal('forbidden', { detail: 'only its owner changes the password of an account' })
}

/** An admin cannot lock the door behind themselves: a tenant always keeps one who can log in. */
function refuseSelf(request: Request, id: string): void {
  if (principalOf(request).account === id) {
    throw new Refusal('conflict', { detail: 'your own role and account are changed by another admin' })
  }
}

function idOf(request: Request): string {
  const { id } = request.params
  if (typeof id !== 'string' || !uuid.test(id)) throw new Refusal('not_found')
  return id
}

function pageOf({ query }: Request) {
  const { after, q, limit = '100' } = query
  const count = Number(limit)
  const faults = [
    ...(after === undefined || (typeof after === 'string' && uuid.test(after))
      ? []
      : [{ at: 'after', expected: 'a uuid' }]),
    ...(q === undefined || (typeof q === 'string' && q.length <= 100)
      ? []
      : [{ at: 'q', expected: 'at most 100 characters' }]),
    ...(Number.isInteger(count) && count >= 1 && count <= maxPage
      ? []
      : [{ at: 'limit', expected: `1 to ${maxPage}` }]),
  ]
  if (faults.length > 0) throw new Refusal('query_invalid', { faults })
  return {
    after: typeof after === 'string' ? after : undefined,
    search: typeof q === 'string' && q !== '' ? q : undefined,
    limit: count,
  }
}
