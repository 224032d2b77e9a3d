/**
 * Opens and changes entries of the registers. The log comes first: an event says what is about to hold, then the
 * row does. A crash in between leaves the event, and the same command sent again finds it and writes the row. One
 * ledger writes a database, and here one change of a tenant follows the other.
 */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Fault } from '../../contracts/problem.ts'
import {
  registerFacts,
  type CommandBody,
  type OpenEntryBody,
  type Register,
  type RegisterFacts,
} from '../../contracts/record.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator, type Validated } from '../../lib/validate.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { actorToken, commandDigest } from '../store/record/register-tokens.ts'
import type { EntryQuery, StoredEntry } from '../store/record/register-store.ts'
import { appendRecord, checkTime } from './append-record.ts'
import type { BookParts } from './disclosure-book.ts'
import { registerEvent, viewEvent } from './record-events.ts'
import { checkOpening, dueAtOf, type RegisterEntry } from './rules/register-entry.ts'
import { registerStates, stepOf } from './rules/register-states.ts'
import { rightsOf, type Rights } from './rules/rights.ts'

/** Which entry a command is for, and which. */
export interface CommandPlace {
  readonly register: Register
  readonly id: string
  readonly command: string
}

/** Who gives a command, besides what its body says. */
interface Giver {
  /** True for a program of the house; people have tokens of their own. */
  readonly isProgram: boolean
}

/** Who looks at a register. */
export interface Viewer {
  readonly actor: string
  readonly student?: string
}

export interface RightsQuery {
  readonly student: string
  readonly actor: string
  /** RFC 3339. */
  readonly time: string
}

// One validator for each schema of the table.
const factsOf = Object.fromEntries(
  Object.entries(registerFacts).map(([name, schema]) => [name, validator(schema)]),
) as unknown as { readonly [R in Register]: (value: unknown) => Validated<RegisterFacts[R]> }

export class RegisterBook {
  readonly #parts: BookParts
  /** Last change under way of each tenant; the next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(parts: BookParts) {
    this.#parts = parts
  }

  /**
   * Opens an entry; the same body again answers the same entry.
   *
   * @throws Refusal body_invalid, or conflict when the id or version is taken
   */
  open(tenant: string, register: Register, body: OpenEntryBody): Promise<RegisterEntry> {
    return this.inTurn(tenant, async (keys) => {
      const facts = checkFacts(register, body)
      refuse([...checkTime(body.time, this.#parts.now()), ...checkOpening(register, body, facts)])
      const command = { register, ...body }
      const known = await this.#findKnown(keys, { register, id: body.id, facts })
      if (known !== undefined) return sameOrConflict(known, digestOf(keys, command))
      const entry = firstOf(register, body, facts)
      await this.#write(keys, entry, { deed: body, command })
      return entry
    })
  }

  /**
   * Carries out a command; the same command again answers the entry it led to.
   *
   * @throws Refusal not_found, body_invalid when the entry's state does not allow it, conflict when somebody else
   *   changed the entry meanwhile
   */
  change(
    tenant: string,
    place: CommandPlace,
    body: CommandBody,
    { isProgram }: Giver = { isProgram: false },
  ): Promise<RegisterEntry> {
    return this.inTurn(tenant, async (keys) => {
      const [stored] = await this.#parts.store.find(keys, place.register, { id: place.id })
      if (stored === undefined) throw new Refusal('not_found')
      const command = { ...place, ...body }
      if (stored.command.equals(digestOf(keys, command))) return stored.entry
      const entry = changedBy(stored, body, {
        command: place.command,
        isSameActor: stored.changedBy.equals(actorToken(keys, body.actor)),
        isProgram,
        now: this.#parts.now(),
      })
      await this.#write(keys, entry, { deed: body, command })
      return entry
    })
  }

  /** Finds entries for somebody who looks; that they looked is in the log before they are answered. */
  async view<R extends Register>(
    tenant: string,
    register: R,
    query: EntryQuery & Viewer,
  ): Promise<RegisterEntry<R>[]> {
    const { logs, store, appender, now } = this.#parts
    const { actor, student, ...rest } = query
    const { keys } = await logs.open(tenant)
    const { id } = rest
    const seen = {
      deed: { time: new Date(now()).toISOString(), actor },
      ...(id === undefined ? {} : { id }),
      ...(student === undefined ? {} : { student }),
    }
    await appendRecord(appender, [viewEvent(tenant, register, seen)])
    const found = await store.find(keys, register, {
      ...rest,
      ...(student === undefined ? {} : { students: [student] }),
    })
    return found.map(({ entry }) => entry)
  }

  /** Tells who holds the rights over a student's record, for somebody who looks: that they did is in the log. */
  async rights(tenant: string, { student, actor, time }: RightsQuery): Promise<Rights> {
    const eligibility = await this.view(tenant, 'eligibility', { student, actor })
    const dependency = await this.view(tenant, 'dependency', { student, actor })
    return rightsOf({ eligibility, dependency, time })
  }

  /** Tells what forbids to destroy anything about a student. */
  async blocks(tenant: string, student: string): Promise<('hold' | 'inspection')[]> {
    const { keys } = await this.#parts.logs.open(tenant)
    return this.#parts.store.blocks(keys, student)
  }

  /** Does work between two changes of a tenant's registers: what it sees of them holds until it is done. */
  inTurn<T>(tenant: string, work: (keys: LogKeys) => Promise<T>): Promise<T> {
    const before = this.#turns.get(tenant) ?? Promise.resolve()
    const run = async () => work((await this.#parts.logs.open(tenant)).keys)
    const turn = before.then(run, run)
    this.#turns.set(tenant, turn)
    const leave = () => {
      if (this.#turns.get(tenant) === turn) this.#turns.delete(tenant)
    }
    turn.then(leave, leave)
    return turn
  }

  async #findKnown<R extends Register>(
    keys: LogKeys,
    { register, id, facts }: { readonly register: R; readonly id: string; readonly facts: RegisterFacts[R] },
  ): Promise<StoredEntry | undefined> {
    const { store } = this.#parts
    const [byId] = await store.find(keys, register, { id })
    if (byId !== undefined || !('version' in facts)) return byId
    const [byVersion] = await store.find(keys, register, { version: facts.version })
    return byVersion
  }

  async #write(
    keys: LogKeys,
    entry: RegisterEntry,
    { deed, command }: { readonly deed: CommandBody | OpenEntryBody; readonly command: object },
  ): Promise<void> {
    const { appender, store } = this.#parts
    await appendRecord(appender, [registerEvent(keys, entry, { deed, command })])
    const change = { changedBy: actorToken(keys, deed.actor), command: digestOf(keys, command) }
    if (entry.revision === 1) await store.insert(keys, entry, change)
    else if (!(await store.update(keys, entry, change))) {
      throw new Refusal('conflict', { detail: 'the entry was changed meanwhile' })
    }
  }
}

function checkFacts<R extends Register>(register: R, { facts }: OpenEntryBody): RegisterFacts[R] {
  const outcome = factsOf[register](facts)
  if (outcome.valid) return outcome.value
  throw new Refusal('body_invalid', {
    faults: outcome.faults.map(({ at, expected }) => ({ at: `/facts${at}`, expected })),
  })
}

function firstOf<R extends Register>(
  register: R,
  body: OpenEntryBody,
  facts: RegisterFacts[R],
): RegisterEntry<R> {
  const { id, time, student, personal = {} } = body
  const dueAt = dueAtOf(register, time, facts)
  return {
    id,
    register,
    state: registerStates[register].first,
    revision: 1,
    openedAt: time,
    ...(dueAt === undefined ? {} : { dueAt }),
    facts,
    personal: { ...personal, ...(student === undefined ? {} : { student }) },
  }
}

interface Circumstances {
  readonly command: string
  readonly isSameActor: boolean
  readonly isProgram: boolean
  readonly now: number
}

/** Makes the entry a command leads to. */
function changedBy({ entry }: StoredEntry, body: CommandBody, about: Circumstances): RegisterEntry {
  const { register, state } = entry
  const { isSameActor, isProgram } = about
  const step = stepOf({ register, state, isSameActor, isProgram }, about.command, body)
  const isEarlier = body.time < entry.openedAt
  refuse([
    ...checkTime(body.time, about.now),
    ...(isEarlier ? [{ at: '/time', expected: 'an instant after the entry was opened' }] : []),
    ...(step.possible ? [] : step.faults),
  ])
  // Refused above where it is not possible.
  if (!step.possible) return entry
  const { personal, ...rest } = entry
  const { statement } = body
  return {
    ...rest,
    state: step.to,
    revision: entry.revision + 1,
    ...(step.isLast ? { closedAt: body.time } : {}),
    // What was erased stays so.
    ...(personal === undefined
      ? {}
      : { personal: { ...personal, ...(statement === undefined ? {} : { statement }) } }),
  }
}

function sameOrConflict({ entry, command }: StoredEntry, offered: Buffer): RegisterEntry {
  if (command.equals(offered)) return entry
  throw new Refusal('conflict', { detail: 'this id or version is in the register already' })
}

function digestOf(keys: LogKeys, command: object): Buffer {
  return commandDigest(keys, canonicalJson(command))
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new Refusal('body_invalid', { faults })
}
