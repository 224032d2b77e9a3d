/** Talks to the record door of a ledger process as a custodian does. */
import { randomUUID } from 'node:crypto'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import type { RecordReceipt } from '../../../contracts/record.ts'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import { ask, type LedgerProcess } from '../ledger-process.ts'

/** When everything in these tests happens, unless a test says otherwise. */
export const someDay = '2026-09-01T08:00:00.000Z'

export interface Answer<T> {
  readonly status: number
  readonly body: T & {
    readonly code?: string
    readonly faults?: readonly { readonly at: string; readonly expected: string }[]
  }
}

/** Posts to the door. */
export async function post<T>(ledger: LedgerProcess, path: string, body: object): Promise<Answer<T>> {
  const response = await ask(ledger, `/v1/record/drill/${path}`, {
    method: 'POST',
    token: ledger.home.tokens.custodian,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Answer<T>['body'] }
}

/** Reads from the door. */
export async function look<T>(ledger: LedgerProcess, path: string): Promise<Answer<T>> {
  const response = await ask(ledger, `/v1/record/drill/${path}`, { token: ledger.home.tokens.custodian })
  return { status: response.status, body: (await response.json()) as Answer<T>['body'] }
}

/** Places of the faults an answer lists. */
export function placesOf({ body }: Pick<Answer<unknown>, 'body'>): readonly string[] {
  return (body.faults ?? []).map(({ at }) => at)
}

export interface Disclosed {
  readonly id: string
  readonly receipts: readonly RecordReceipt[]
}

/** A disclosure to an accreditor, the basis that asks for the least. */
export function aDisclosure(given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: randomUUID(),
    time: someDay,
    actor: 'registrar-1',
    basis: '99.31(a)(7)',
    students: ['student-1'],
    facts: {
      medium: 'electronic',
      recordKinds: ['transcript'],
      identityMethod: 'agency_credential',
      redisclosureNotice: { version: '2026', deliveredAt: someDay },
    },
    personal: { parties: [{ name: 'Regional Accreditor', interest: 'accreditation' }] },
    ...given,
  }
}

/** Opens an entry of a register and answers it; fails when the door refuses. */
export async function openEntry(
  ledger: LedgerProcess,
  register: string,
  given: Readonly<Record<string, unknown>>,
): Promise<RegisterEntry> {
  const body = { id: randomUUID(), time: '2026-08-01T08:00:00.000Z', actor: 'registrar-1', ...given }
  const answer = await post<RegisterEntry>(ledger, `registers/${register}`, body)
  if (answer.status !== 200) throw new Error(`${register}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Gives a command to an entry. */
export function command(
  ledger: LedgerProcess,
  { register, id }: Pick<RegisterEntry, 'register' | 'id'>,
  given: Readonly<Record<string, unknown>> & { readonly command: string },
): Promise<Answer<RegisterEntry>> {
  const { command: name, ...body } = given
  const path = `registers/${register}/${id}/${name}`
  return post(ledger, path, { time: '2026-08-02T08:00:00.000Z', actor: 'registrar-1', ...body })
}

/** Reads facts of signed entries, in the order of the log. */
export async function factsInLog(ledger: LedgerProcess, from: number): Promise<AuditEvent['facts'][]> {
  const response = await ask(ledger, `/v1/logs/drill/entries?from=${from}&limit=1000`)
  const { entries } = (await response.json()) as { entries: { facts: AuditEvent['facts'] }[] }
  return entries.map(({ facts }) => facts)
}

/** Discloses with what is given in place of, or beside, what the simplest disclosure says. */
export function discloseWith(
  ledger: LedgerProcess,
  given: Readonly<Record<string, unknown>>,
): Promise<Answer<Disclosed>> {
  const whole = aDisclosure()
  return post(ledger, 'disclosures', {
    ...whole,
    ...given,
    facts: { ...(whole['facts'] as object), ...(given['facts'] as object | undefined) },
    personal: { ...(whole['personal'] as object), ...(given['personal'] as object | undefined) },
  })
}

/** One party with an interest. */
export function party(name: string) {
  return { parties: [{ name, interest: 'as agreed' }] }
}
