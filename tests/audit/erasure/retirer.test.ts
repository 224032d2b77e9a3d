import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { ExportGuard } from '../../../audit/erasure/export-guard.ts'
import type { ExpiredReader, LiveEntry } from '../../../audit/erasure/expired-reader.ts'
import { Retirer, type RetirerOptions } from '../../../audit/erasure/retirer.ts'
import type { LogKeys } from '../../../audit/store/log-keys.ts'
import type { AuditEvent, Receipt } from '../../../contracts/audit-event.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
// The retirer hands keys on and looks at none but the name.
const keys = { tenant: 'drill', subjectTokenKey: key, digestKey: key } as unknown as LogKeys
const leaf = { commitment: '', eventTime: 0, id: '', producer: 'academics', time: 0, version: 2 } as const
const live: LiveEntry[] = [0, 1, 2].map((index) => ({
  index,
  leaf,
  facts: { class: 'access', action: 'transcript.read', outcome: 'success' },
  token: undefined,
  personal: {},
}))

/** A log of three accesses, old ones unless told, whose side store and whose log may each be told to fail once. */
function oldLog(time = 0) {
  const events: AuditEvent[] = []
  const emptied = new Map<number, string | undefined>()
  const asked = new Map<string, readonly string[]>()
  const registered = new Map<string, readonly object[]>()
  const pages: number[] = []
  const subjects: (readonly string[] | undefined)[] = []
  const signed: number[] = []
  const kept: object[] = []
  const failing: { next?: 'append' | 'empty' | 'sign' | undefined } = {}
  const failIf = (kind: 'append' | 'empty') => {
    if (failing.next !== kind) return
    failing.next = undefined
    throw new Error(`${kind} failed`)
  }
  const expired: Pick<ExpiredReader, 'page' | 'disclosures'> = {
    page: (_keys, from) => {
      pages.push(from)
      const entries = live
        .filter(({ index }) => !emptied.has(index))
        .map((entry) => ({ ...entry, leaf: { ...leaf, time } }))
      return Promise.resolve({ entries, next: 3, isWhole: true, lastTime: time })
    },
    disclosures: () => Promise.resolve({ entries: [], next: undefined }),
  }
  const parts = {
    logs: {
      list: () => Promise.resolve(['drill']),
      open: () => Promise.resolve({ keys, signed: { origin: 'o', size: 3, root: Buffer.alloc(32) } }),
    },
    appender: {
      append: (offered: readonly AuditEvent[]): Promise<Receipt[]> => {
        failIf('append')
        events.push(...offered)
        return Promise.resolve(
          offered.map(({ id }) => ({ id, outcome: 'appended', index: 2 + events.length })),
        )
      },
    },
    sign: (_tenant: string, size: number) => {
      signed.push(size)
      return Promise.resolve(failing.next !== 'sign')
    },
    guard: new ExportGuard(() => 0),
    registers: {
      find: (_keys: unknown, register: string, { states = [] }: { readonly states?: readonly string[] }) => {
        asked.set(register, states)
        return Promise.resolve((registered.get(register) ?? []).map((entry) => ({ entry })))
      },
      inspected: () => Promise.resolve(new Set<string>()),
      recordStates: (_tenant: string, tokens?: readonly string[]) => {
        subjects.push(tokens)
        return Promise.resolve(new Map())
      },
    },
    expired,
    side: {
      empty: (_keys: unknown, indices: readonly number[], { event }: { readonly event?: string }) => {
        failIf('empty')
        for (const index of indices) emptied.set(index, event)
        return Promise.resolve(indices.length)
      },
    },
    inTurn: <T>(_tenant: string, work: (own: LogKeys) => Promise<T>) => work(keys),
    now: () => Date.parse('2026-09-01T08:00:00.000Z'),
    onRetired: () => undefined,
    onLooked: (_tenant: string, found: object) => kept.push(found),
  }
  // A class with private fields has no other instances than its own.
  return {
    retirer: new Retirer(parts as unknown as RetirerOptions),
    guard: parts.guard,
    signed,
    kept,
    events,
    emptied,
    failing,
    asked,
    registered,
    pages,
    subjects,
  }
}

const failed = async (work: Promise<void>) =>
  work.then(
    () => false,
    () => true,
  )

describe('a round of retention', () => {
  it('empties nothing before the event that lists it is in the log', async () => {
    const { retirer, events, emptied, failing } = oldLog()
    failing.next = 'append'
    expect(await failed(retirer.retire('drill'))).to.equal(true)
    expect([events.length, emptied.size]).to.deep.equal([0, 0])
  })

  it('ends with an error, and empties nothing, where no checkpoint covers that event', async () => {
    const { retirer, emptied, failing, signed } = oldLog()
    failing.next = 'sign'
    expect(await failed(retirer.retire('drill'))).to.equal(true)
    expect([signed, emptied.size]).to.deep.equal([[4], 0])
    failing.next = undefined
    await retirer.retire('drill')
    expect(emptied.size).to.equal(3)
  })

  it('empties nothing while an export is under way, and does so in a later round', async () => {
    const { retirer, guard, events, emptied, kept } = oldLog()
    await guard.export('drill', () => retirer.retire('drill'))
    expect([events.length, emptied.size]).to.deep.equal([0, 0])
    expect(kept).to.deep.equal([{ hold: 0, inspection: 0, export: 3 }])
    await retirer.retire('drill')
    expect([events.length, emptied.size]).to.deep.equal([1, 3])
  })

  it('that broke off after the event is done again, and what it empties names the later event', async () => {
    const { retirer, events, emptied, failing } = oldLog()
    failing.next = 'empty'
    expect(await failed(retirer.retire('drill'))).to.equal(true)
    expect([events.length, emptied.size]).to.deep.equal([1, 0])
    await retirer.retire('drill')
    expect(events.map(({ facts }) => facts.retention?.runs)).to.deep.equal([
      [0, 3],
      [0, 3],
    ])
    expect([...emptied.values()]).to.deep.equal([events[1]?.id, events[1]?.id, events[1]?.id])
  })

  it('leaves no event where nothing is due', async () => {
    const { retirer, events } = oldLog()
    await retirer.retire('drill')
    await retirer.retire('drill')
    expect(events).to.have.length(1)
    expect(events[0]?.facts).to.deep.include({ action: 'retention.applied', reason: 'period_over' })
    expect(events[0]?.personal).to.equal(undefined)
  })

  it('asks for holds and policies that stand, and not for all there ever were', async () => {
    const { retirer, asked } = oldLog()
    await retirer.retire('drill')
    expect([...asked]).to.deep.equal([
      ['retention', ['in_force', 'withdrawal_proposed']],
      ['hold', ['placed', 'release_proposed']],
    ])
  })

  it('reads no page again in which nothing can have served its time', async () => {
    const { retirer, pages, subjects } = oldLog()
    await retirer.retire('drill')
    await retirer.retire('drill')
    expect(pages).to.deep.equal([0])
    // What the register says of everybody is read once a round, and not for each page.
    expect(subjects).to.deep.equal([undefined, undefined])
  })

  it('reads a page again for as long as something past its period is kept', async () => {
    const { retirer, registered, pages, emptied } = oldLog()
    registered.set('hold', [{ state: 'placed', facts: { scope: 'tenant' }, personal: {} }])
    await retirer.retire('drill')
    expect(emptied.size).to.equal(0)
    registered.delete('hold')
    await retirer.retire('drill')
    expect([pages, emptied.size]).to.deep.equal([[0, 0], 3])
  })

  it('reads a page again when a shorter period has come into force', async () => {
    const { retirer, registered, pages, emptied } = oldLog(Date.parse('2025-09-01T08:00:00.000Z'))
    await retirer.retire('drill')
    await retirer.retire('drill')
    expect([pages, emptied.size]).to.deep.equal([[0], 0])
    const facts = { version: '2026', access: 30, admin: 30, security: 30 }
    registered.set('retention', [{ state: 'in_force', openedAt: '2026-09-01T08:00:00.000Z', facts }])
    await retirer.retire('drill')
    expect([pages, emptied.size]).to.deep.equal([[0, 0], 3])
  })

  it('stops between two pages', async () => {
    const { retirer, events } = oldLog()
    retirer.stop()
    await retirer.retire('drill')
    expect(events).to.have.length(0)
  })
})
