/**
 * Reads and writes entries of the registers. Whatever may name somebody is sealed under the student's key, or under
 * that of the tenant's entries about nobody; what has to be found by it is found by a keyed hash.
 */
import { randomBytes } from 'node:crypto'
import type { Pool, Transaction } from '#sdk'
import { canonicalJson } from '../../../contracts/canonical-json.ts'
import { saltBytes } from '../../../contracts/leaf.ts'
import type { Register, RegisterFacts } from '../../../contracts/record.ts'
import { AuditError } from '../../log/errors.ts'
import type { EntryPersonal, RegisterEntry } from '../../record/rules/register-entry.ts'
import type { LogKeys } from '../log-keys.ts'
import { nonceBytes, openPersonal, sealPersonal, subjectToken } from '../personal.ts'
import { recordStatements } from './record-statements.ts'
import { partyToken } from './register-tokens.ts'

/** What to look for; what is absent is not asked about. */
export interface EntryQuery {
  readonly id?: string
  readonly students?: readonly string[]
  /** Names; an entry with any of them is found. */
  readonly parties?: readonly string[]
  readonly version?: string
  /** An entry in any of them is found. */
  readonly states?: readonly string[]
  readonly state?: string
  /** Only ids after it. */
  readonly after?: string
  readonly limit?: number
}

/** An entry and who changed it last by which command. */
export interface StoredEntry<R extends Register = Register> {
  readonly entry: RegisterEntry<R>
  readonly changedBy: Buffer
  readonly command: Buffer
}

/** Keyed hashes that go with a write. */
export interface Change {
  readonly changedBy: Buffer
  readonly command: Buffer
}

interface EntryRow {
  readonly id: string
  readonly revision: number
  readonly state: string
  readonly subject: Buffer | null
  readonly facts: string
  readonly sealed: Buffer | null
  readonly changed_by: Buffer
  readonly command: Buffer
  readonly opened_at: string
  readonly due_at: string | null
  readonly closed_at: string | null
}

/** What the register says of a student's education records. */
export type RecordState =
  | { readonly state: 'kept' }
  /** When the last of them was, milliseconds since the epoch. */
  | { readonly state: 'destroyed'; readonly at: number }

interface RecordRow {
  readonly subject: Buffer
  readonly kept: boolean
  readonly closed_millis: number | null
}

/** More than any disclosure can touch. */
const maxFound = 20_000

export class RegisterStore {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Finds entries in the order of their ids.
   *
   * @throws AuditError AUDIT_REGISTER_FULL where no limit was asked for and there are more than may be read at once:
   *   an opt-out or a hold beyond it must not go unseen
   */
  async find<R extends Register>(keys: LogKeys, register: R, query: EntryQuery): Promise<StoredEntry<R>[]> {
    const { id, students, parties, version, state, states, after, limit } = query
    const rows = await this.#pool.inTenant(keys.tenant, (tx) =>
      tx.query<EntryRow>(recordStatements['find-entries'], [
        keys.tenant,
        register,
        id ?? null,
        students?.map((student) => subjectToken(keys.subjectTokenKey, student)) ?? null,
        parties?.map((name) => partyToken(keys, name)) ?? null,
        version ?? null,
        (state === undefined ? states : [state]) ?? null,
        after ?? null,
        limit ?? maxFound + 1,
      ]),
    )
    if (limit === undefined && rows.length > maxFound) {
      throw new AuditError('AUDIT_REGISTER_FULL', `found more than ${maxFound} entries of ${register}`)
    }
    return Promise.all(rows.map((row) => storedEntry(keys, register, row)))
  }

  /** Writes a new entry. */
  async insert(keys: LogKeys, entry: RegisterEntry, change: Change): Promise<void> {
    const { id, register, state, openedAt, dueAt, facts, personal } = entry
    const version = 'version' in facts ? facts.version : null
    const sealed = await seal(keys, entry)
    const student = personal?.student
    await this.#pool.inTenant(keys.tenant, (tx) =>
      tx.query(recordStatements['insert-entry'], [
        keys.tenant,
        register,
        id,
        state,
        student === undefined ? null : subjectToken(keys.subjectTokenKey, student),
        (personal?.parties ?? []).map(({ name }) => partyToken(keys, name)),
        version,
        openedAt,
        dueAt ?? null,
        canonicalJson(facts),
        sealed,
        change.changedBy,
        change.command,
      ]),
    )
  }

  /**
   * Writes how an entry stands after a change.
   *
   * @param entry with the revision it has after the change
   * @returns false when somebody else has changed it meanwhile
   */
  async update(keys: LogKeys, entry: RegisterEntry, change: Change): Promise<boolean> {
    const { id, register, revision, state, closedAt } = entry
    const sealed = await seal(keys, entry)
    const rows = await this.#pool.inTenant(keys.tenant, (tx: Transaction) =>
      tx.query(recordStatements['update-entry'], [
        keys.tenant,
        register,
        id,
        revision - 1,
        state,
        closedAt ?? null,
        sealed,
        change.changedBy,
        change.command,
      ]),
    )
    return rows.length === 1
  }

  /** Tells which registers forbid to destroy anything about a student: a hold, an open inspection, 34 CFR 99.10(e). */
  async blocks(keys: LogKeys, student: string): Promise<('hold' | 'inspection')[]> {
    const token = subjectToken(keys.subjectTokenKey, student)
    const rows = await this.#pool.inTenant(keys.tenant, (tx) =>
      tx.query<{ register: 'hold' | 'inspection' }>(recordStatements['find-blocks'], [keys.tenant, token]),
    )
    return rows.map(({ register }) => register)
  }

  /** Tells what the register says of a student's education records: kept while any entry says so. */
  async recordState(keys: LogKeys, student: string): Promise<RecordState['state'] | undefined> {
    const token = subjectToken(keys.subjectTokenKey, student)
    const hex = token.toString('hex')
    const states = await this.recordStates(keys.tenant, [hex])
    return states.get(hex)?.state
  }

  /**
   * Reads what the register says of students' education records.
   *
   * @param tokens of the students, hex; without it of everybody
   * @returns by token
   */
  async recordStates(tenant: string, tokens?: readonly string[]): Promise<ReadonlyMap<string, RecordState>> {
    const asked = tokens?.map((token) => Buffer.from(token, 'hex')) ?? null
    const rows = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<RecordRow>(recordStatements['read-record-states'], [tenant, asked]),
    )
    return new Map(rows.map((row) => [row.subject.toString('hex'), recordStateOf(row)]))
  }

  /** Lists the students whose open request to inspect forbids destruction, 34 CFR 99.10(e), as tokens in hex. */
  async inspected(tenant: string): Promise<ReadonlySet<string>> {
    const rows = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<{ subject: Buffer }>(recordStatements['list-inspected'], [tenant]),
    )
    return new Set(rows.map(({ subject }) => subject.toString('hex')))
  }

  /**
   * Takes the sealed half of a student's entries away for good; what holds and is due goes on without it.
   *
   * @param token keyed hash of the student
   * @param before RFC 3339; entries sealed later, under a new key, stay
   * @returns how many entries were emptied
   */
  async erase(tenant: string, token: Buffer, before: string): Promise<number> {
    const rows = await this.#pool.inTenant(tenant, (tx) =>
      tx.query(recordStatements['erase-entries'], [tenant, token, before]),
    )
    return rows.length
  }
}

function recordStateOf({ kept, closed_millis: at }: RecordRow): RecordState {
  return kept || at === null ? { state: 'kept' } : { state: 'destroyed', at }
}

/** An entry sealed at one revision does not open as another: an older row put back is noticed. */
function placeOf({ register, id, revision }: Pick<RegisterEntry, 'register' | 'id' | 'revision'>): string {
  return `register ${register} ${id} ${revision}`
}

/** @returns null where the entry has nothing to seal any more */
async function seal(keys: LogKeys, entry: RegisterEntry): Promise<Buffer | null> {
  if (entry.personal === undefined) return null
  const token = subjectToken(keys.subjectTokenKey, entry.personal.student)
  const [key] = await keys.subjectKeys.ensure(keys.tenant, [token])
  if (key === undefined) return null
  const random = randomBytes(saltBytes + nonceBytes)
  return sealPersonal(
    { key, purpose: 'register', eventId: placeOf(entry) },
    {
      salt: random.subarray(0, saltBytes),
      nonce: random.subarray(saltBytes),
      personal: canonicalJson(entry.personal),
    },
  )
}

async function storedEntry<R extends Register>(
  keys: LogKeys,
  register: R,
  row: EntryRow,
): Promise<StoredEntry<R>> {
  const personal = await open(keys, register, row)
  return {
    entry: {
      id: row.id,
      register,
      state: row.state,
      revision: row.revision,
      openedAt: row.opened_at,
      ...(row.due_at === null ? {} : { dueAt: row.due_at }),
      ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
      // The ledger itself wrote them, checked by the register's schema.
      facts: JSON.parse(row.facts) as RegisterFacts[R],
      ...(personal === undefined ? {} : { personal }),
    },
    changedBy: row.changed_by,
    command: row.command,
  }
}

async function open(keys: LogKeys, register: Register, row: EntryRow): Promise<EntryPersonal | undefined> {
  if (row.sealed === null) return undefined
  const token = row.subject ?? subjectToken(keys.subjectTokenKey, undefined)
  const key = await keys.subjectKeys.find(keys.tenant, token)
  if (key === undefined) return undefined
  const { personal } = openPersonal(
    { key, purpose: 'register', eventId: placeOf({ register, ...row }) },
    row.sealed,
  )
  // The same sealing carries another shape here; `seal` wrote it.
  return personal as unknown as EntryPersonal
}
