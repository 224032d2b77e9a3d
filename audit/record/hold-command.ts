/** `hold …`: places, lists and releases legal holds on the running ledger; each step that binds takes two people. */
import { randomUUID } from 'node:crypto'
import type { OpenEntryBody, RegisterFacts } from '../../contracts/record.ts'
import { AuditError } from '../log/errors.ts'
import type { RegisterEntry } from './rules/register-entry.ts'

export interface HoldDoor {
  readonly port: number
  readonly token: string
  readonly tenant: string
  /** Account of who acts; a short-lived token must be of the same. */
  readonly actor: string
}

export interface HoldAsked {
  readonly scope: RegisterFacts['hold']['scope']
  /** A student or an account, as the scope says. */
  readonly of?: string
  /** Days, inclusive; without them all. */
  readonly from?: string
  readonly until?: string
  readonly reference: string
  readonly relevance: string
}

/** Proposes a hold; it holds nothing until another person approves it. */
export async function proposeHold(door: HoldDoor, asked: HoldAsked): Promise<string> {
  const { scope, of, from, until, reference, relevance } = asked
  const body: OpenEntryBody = {
    id: randomUUID(),
    time: new Date().toISOString(),
    actor: door.actor,
    ...(scope === 'subject' && of !== undefined ? { student: of } : {}),
    facts: { scope, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) },
    personal: {
      legalCase: { reference, relevance },
      ...(scope === 'actor' && of !== undefined ? { heldActor: of } : {}),
    },
  }
  return describe(await call<RegisterEntry<'hold'>>(door, '', body))
}

/** Gives a command of the register to a hold: `approve`, `propose_release`, `approve_release` … */
export async function changeHold(
  door: HoldDoor,
  { id, command, statement }: { readonly id: string; readonly command: string; readonly statement?: string },
): Promise<string> {
  const body = {
    time: new Date().toISOString(),
    actor: door.actor,
    ...(statement === undefined ? {} : { statement }),
  }
  const path = `/${encodeURIComponent(id)}/${command}`
  return describe(await call<RegisterEntry<'hold'>>(door, path, body))
}

/** Lists holds, one line each; that somebody looked is in the log. */
export async function listHolds(door: HoldDoor, state?: string): Promise<string> {
  const lines: string[] = []
  for (let after: string | undefined; ;) {
    const query = new URLSearchParams({ actor: door.actor, limit: '500' })
    if (state !== undefined) query.set('state', state)
    if (after !== undefined) query.set('after', after)
    const page = await call<{ entries: RegisterEntry<'hold'>[]; next?: string }>(door, `?${query.toString()}`)
    lines.push(...page.entries.map(describe))
    after = page.next
    if (after === undefined) return lines.length === 0 ? 'no holds' : lines.join('\n')
  }
}

function describe({ id, state, facts, personal, openedAt }: RegisterEntry<'hold'>): string {
  const { scope, from, until } = facts
  const of = personal?.student ?? personal?.heldActor
  return [
    id,
    state,
    of === undefined ? scope : `${scope} ${of}`,
    from === undefined && until === undefined
      ? 'all days'
      : `${from ?? 'the first'} to ${until ?? 'the last'}`,
    `proposed ${openedAt}`,
    personal?.legalCase === undefined ? 'case erased' : `case ${personal.legalCase.reference}`,
  ].join('  ')
}

/** @throws AuditError AUDIT_HOLD_REFUSED with what the ledger answered */
async function call<T>({ port, token, tenant }: HoldDoor, path: string, body?: object): Promise<T> {
  const url = `http://127.0.0.1:${port}/v1/record/${encodeURIComponent(tenant)}/registers/hold${path}`
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new AuditError('AUDIT_HOLD_REFUSED', `${response.status}: ${text.slice(0, 500)}`)
  // The ledger of this machine answers what its contract says.
  return JSON.parse(text) as T
}
