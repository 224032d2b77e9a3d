/** Books over a log and a register in memory, either of which can be told to fail at a given moment. */
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { DisclosureBook, type BookParts } from '../../../audit/record/disclosure-book.ts'
import { RegisterBook } from '../../../audit/record/register-book.ts'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import type { EntryQuery, StoredEntry } from '../../../audit/store/record/register-store.ts'
import type { AuditEvent, Receipt } from '../../../contracts/audit-event.ts'
import { canonicalJson } from '../../../contracts/canonical-json.ts'
import type { Register } from '../../../contracts/record.ts'

export interface MemoryBooks {
  readonly registers: RegisterBook
  readonly disclosures: DisclosureBook
  /** What the log holds, in order. */
  readonly events: readonly AuditEvent[]
  readonly entries: ReadonlyMap<string, StoredEntry>
  /** Lets the next call of one kind fail. */
  failNext: 'append' | 'write' | undefined
}

const nowMillis = Date.parse('2026-09-02T08:00:00.000Z')

/** Makes books that know nobody. */
export function memoryBooks(): MemoryBooks {
  const events: AuditEvent[] = []
  const entries = new Map<string, StoredEntry>()
  const failIf = (kind: MemoryBooks['failNext']) => {
    if (books.failNext !== kind) return
    books.failNext = undefined
    throw new Error(`${kind ?? ''} failed`)
  }
  const write = (entry: RegisterEntry, change: Pick<StoredEntry, 'changedBy' | 'command'>) => {
    failIf('write')
    entries.set(`${entry.register} ${entry.id}`, { entry, ...change })
  }
  const store = {
    find: (_keys: unknown, register: Register, query: EntryQuery) =>
      Promise.resolve([...entries.values()].filter(({ entry }) => isFound(entry, register, query))),
    insert: async (
      _keys: unknown,
      entry: RegisterEntry,
      change: Pick<StoredEntry, 'changedBy' | 'command'>,
    ) => {
      await Promise.resolve()
      write(entry, change)
    },
    update: async (
      _keys: unknown,
      entry: RegisterEntry,
      change: Pick<StoredEntry, 'changedBy' | 'command'>,
    ) => {
      await Promise.resolve()
      write(entry, change)
      return true
    },
    blocks: () => Promise.resolve([]),
  }
  const append = async (offered: readonly AuditEvent[]): Promise<Receipt[]> => {
    await Promise.resolve()
    failIf('append')
    return offered.map((event) => take(events, event))
  }
  const parts = {
    logs: { open: () => Promise.resolve({ keys: keysOfNobody() }) },
    store,
    appender: { append },
    now: () => nowMillis,
    // The books use no more of the log than its keys, and no more of the store than these calls.
  } as unknown as BookParts
  const books: MemoryBooks = {
    registers: new RegisterBook(parts),
    disclosures: new DisclosureBook(parts),
    events,
    entries,
    failNext: undefined,
  }
  return books
}

/** Takes an event as the log does: known bytes are a duplicate, others under a known id a conflict. */
function take(events: AuditEvent[], event: AuditEvent): Receipt {
  const index = events.findIndex(({ id }) => id === event.id)
  if (index < 0) return { id: event.id, outcome: 'appended', index: events.push(event) - 1 }
  const isSame = canonicalJson(events[index]) === canonicalJson(event)
  return isSame ? { id: event.id, outcome: 'duplicate', index } : { id: event.id, outcome: 'conflict' }
}

function isFound(entry: RegisterEntry, register: Register, { id, version }: EntryQuery): boolean {
  if (entry.register !== register || (id !== undefined && entry.id !== id)) return false
  return version === undefined || ('version' in entry.facts && entry.facts.version === version)
}

function keysOfNobody() {
  const key = createSecretKey(Buffer.alloc(32, 7))
  const { publicKey } = generateKeyPairSync('ed25519')
  return { tenant: 'drill', origin: 'o', publicKey, subjectTokenKey: key, digestKey: key }
}
