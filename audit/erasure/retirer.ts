/**
 * Removes what entries say once their period has passed: page by page, the event that lists them first, then the
 * elements of the side store. A crash in between leaves what the next round does again. Leaves and proofs stay.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import type { Appender } from '../append/appender.ts'
import { AuditError } from '../log/errors.ts'
import { standingStates } from '../record/rules/holds.ts'
import {
  cutoffOf,
  fateOf,
  newestCutoff,
  policyOf,
  policyStates,
  type Circumstances,
  type Fate,
} from '../record/rules/retention.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { Log, Logs } from '../store/logs.ts'
import type { RecordState, RegisterStore } from '../store/record/register-store.ts'
import type { SideEraser } from '../store/side-eraser.ts'
import type { ExpiredReader, LiveEntry } from './expired-reader.ts'
import type { ExportGuard } from './export-guard.ts'
import { PageMemory } from './page-memory.ts'
import { retirementEvent } from './retirement-event.ts'

type AuditClass = AuditEvent['facts']['class']

export interface RetirerOptions {
  readonly logs: Pick<Logs, 'list' | 'open'>
  readonly appender: Pick<Appender, 'append'>
  /** Signs for a log now; answers whether a checkpoint covers it up to a size. */
  readonly sign: (tenant: string, size: number) => Promise<boolean>
  readonly guard: Pick<ExportGuard, 'empty'>
  readonly registers: Pick<RegisterStore, 'find' | 'inspected' | 'recordStates'>
  readonly expired: ExpiredReader
  readonly side: Pick<SideEraser, 'empty'>
  /** Has work wait for the changes of a tenant's registers before it, and those after it wait for it. */
  readonly inTurn: <T>(tenant: string, work: (keys: LogKeys) => Promise<T>) => Promise<T>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onRetired: (tenant: string, retired: AuditClass, count: number) => void
  /** Told after a round how many entries past their period something keeps. */
  readonly onLooked: (tenant: string, kept: Readonly<Kept>) => void
}

/** Rest after each page: the door goes first. */
const restMillis = 20

/** Students whose disclosures are looked for together. */
const pageSubjects = 500

interface Known extends Circumstances {
  readonly inspected: ReadonlySet<string>
  readonly records: ReadonlyMap<string, RecordState>
}

/** Entries past their period by what keeps them. */
type Kept = Record<'hold' | 'inspection' | 'export', number>

export class Retirer {
  readonly #options: RetirerOptions
  readonly #stopping = new AbortController()
  readonly #seen = new PageMemory()

  constructor(options: RetirerOptions) {
    this.#options = options
  }

  /** Ends the round under way after its page. */
  stop(): void {
    this.#stopping.abort()
  }

  /**
   * Looks at every entry of a log once.
   *
   * @throws AuditError or DatabaseError when the log cannot be read or written now
   */
  async retire(tenant: string): Promise<void> {
    const log = await this.#options.logs.open(tenant)
    const kept: Kept = { hold: 0, inspection: 0, export: 0 }
    await this.#byTime(log, kept)
    await this.#byRecord(log, kept)
    if (!this.#isStopping) this.#options.onLooked(tenant, kept)
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Walks from the first entry to the first one that no class lets go yet, past what has nothing to let go. */
  async #byTime({ keys, signed }: Log, kept: Kept): Promise<void> {
    const size = signed?.size ?? 0
    for (let next: number | undefined = 0; next !== undefined && next < size && !this.#isStopping;) {
      const start: number = next
      next = await this.#options.inTurn(keys.tenant, () => this.#pageByTime(keys, { start, size }, kept))
      await this.#rest()
    }
  }

  /** @returns where to go on; undefined where what follows is too new */
  async #pageByTime(keys: LogKeys, { start, size }: Place, kept: Kept): Promise<number | undefined> {
    const { tenant } = keys
    const known = await this.#know(keys, [])
    const from = this.#seen.passOver(tenant, start, known.policy, known.now)
    if (from === undefined || from >= size) return undefined
    const { entries, next, isWhole, lastTime } = await this.#options.expired.page(keys, from)
    const timed = entries.filter(({ facts }) => facts.class !== 'disclosure')
    const left = await this.#judge(keys, { entries: timed, known, kept })
    if (isWhole) this.#seen.remember(tenant, from, { next, lastTime, left })
    return lastTime < newestCutoff(known.policy, known.now) ? next : undefined
  }

  /** Goes through the disclosures of students whose education records are destroyed. */
  async #byRecord({ keys, signed }: Log, kept: Kept): Promise<void> {
    const states = await this.#options.registers.recordStates(keys.tenant)
    const tokens = [...states].filter(([, { state }]) => state === 'destroyed').map(([token]) => token)
    const to = signed?.size ?? 0
    for (let at = 0; at < tokens.length; at += pageSubjects) {
      await this.#ofSubjects(keys, tokens.slice(at, at + pageSubjects), { to, kept })
    }
  }

  async #ofSubjects(keys: LogKeys, tokens: readonly string[], { to, kept }: OfSubjects): Promise<void> {
    for (let next: number | undefined = 0; next !== undefined && !this.#isStopping;) {
      const from: number = next
      next = await this.#options.inTurn(keys.tenant, async () => {
        // Asked again in turn: a student may have come back since.
        const known = await this.#know(keys, tokens)
        const destroyed = tokens.filter((token) => known.records.get(token)?.state === 'destroyed')
        if (destroyed.length === 0) return undefined
        const page = await this.#options.expired.disclosures(keys, destroyed, { from, to })
        await this.#judge(keys, { entries: page.entries, known, kept })
        return page.next
      })
      await this.#rest()
    }
  }

  /** @param tokens of the students whose education records matter */
  async #know(keys: LogKeys, tokens: readonly string[]): Promise<Known> {
    const { registers, now } = this.#options
    const [policies, holds, inspected, records] = await Promise.all([
      registers.find(keys, 'retention', { states: policyStates }),
      registers.find(keys, 'hold', { states: standingStates }),
      registers.inspected(keys.tenant),
      tokens.length === 0 ? new Map<string, RecordState>() : registers.recordStates(keys.tenant, tokens),
    ])
    return {
      policy: policyOf(policies.map(({ entry }) => entry)),
      holds: holds.map(({ entry }) => entry),
      inspected,
      records,
      now: now(),
    }
  }

  /** @returns the entries that still say something after it */
  async #judge(keys: LogKeys, { entries, known, kept }: Judging): Promise<LiveEntry[]> {
    const due = new Map<AuditClass, LiveEntry[]>()
    const left: LiveEntry[] = []
    for (const entry of entries) {
      const fate = judge(entry, known)
      if (fate === 'hold' || fate === 'inspection') kept[fate]++
      if (fate === 'due') due.set(entry.facts.class, [...(due.get(entry.facts.class) ?? []), entry])
      else left.push(entry)
    }
    for (const [retired, of] of due) {
      const work = () => this.#empty(keys, retired, { entries: of, known })
      if (await this.#options.guard.empty(keys.tenant, work)) continue
      kept.export += of.length
      left.push(...of)
    }
    return left
  }

  /** @throws AuditError where its event was not taken or could not be signed for: then it is all still there */
  async #empty(keys: LogKeys, retired: AuditClass, { entries, known }: Retired): Promise<void> {
    const { appender, sign, side, now, onRetired } = this.#options
    const { tenant } = keys
    const indices = entries.map(({ index }) => index)
    const place = { id: uuid7(), tenant, time: new Date(now()).toISOString() }
    const event = retirementEvent(place, {
      class: retired,
      policy: known.policy.version,
      indices,
      synthetic: entries.every(({ leaf }) => leaf.synthetic === true),
      ...(retired === 'disclosure'
        ? {}
        : { before: new Date(cutoffOf(known.policy, retired, known.now)).toISOString() }),
    })
    const [receipt] = await appender.append([event])
    if (receipt?.outcome !== 'appended' || receipt.index === undefined) {
      throw new AuditError('AUDIT_LOG_CORRUPT', 'the event of a retention was not taken')
    }
    // Whoever meets the mark of this event finds it, in an export too.
    if (!(await sign(tenant, receipt.index + 1))) {
      throw new AuditError('AUDIT_STORAGE_FAILED', 'the event of a retention could not be signed for')
    }
    await side.empty(keys, indices, { cause: 'retention', event: event.id })
    onRetired(tenant, retired, indices.length)
  }

  async #rest(): Promise<void> {
    // Being cut short is no error.
    await delay(restMillis, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined)
  }
}

interface Place {
  readonly start: number
  /** Of the log as far as it is signed. */
  readonly size: number
}

interface OfSubjects {
  /** Index, exclusive. */
  readonly to: number
  readonly kept: Kept
}

interface Judging {
  readonly entries: readonly LiveEntry[]
  readonly known: Known
  readonly kept: Kept
}

interface Retired {
  readonly entries: readonly LiveEntry[]
  readonly known: Known
}

function judge({ leaf, facts, token, personal }: LiveEntry, known: Known): Fate {
  const record = token === undefined ? undefined : known.records.get(token)
  return fateOf(
    {
      eventTime: leaf.eventTime,
      time: leaf.time,
      class: facts.class,
      action: facts.action,
      subject: personal?.subject,
      actor: personal?.actor,
      isOpen: personal !== undefined,
      destroyedAt: record?.state === 'destroyed' ? record.at : undefined,
      isInspected: token !== undefined && known.inspected.has(token),
    },
    known,
  )
}
