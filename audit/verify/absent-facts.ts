/**
 * Accounts for entries that came without their facts. An absence is explained by an event of retention further on in
 * the same log, committed to by its leaf, whose list has the entry; nothing else in a file explains one.
 */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { Gone } from '../../contracts/retention.ts'

/** Entries without facts by what the file says took them. */
export interface AbsentFacts {
  /** All of them. */
  readonly count: number
  /** Covered by events of retention. */
  readonly retired: number
  /** Said to be erased. */
  readonly erased: number
  /** Certificates of erasures in the log. */
  readonly certificates: number
  /** First one that no event of retention covers; undefined when all are covered. */
  readonly firstUnexplained: number | undefined
}

export class AbsenceBook {
  /** Entries that wait for the event they name, as runs. */
  readonly #waiting = new Map<string, number[]>()
  #count = 0
  #erased = 0
  #retired = 0
  #certificates = 0
  #first: number | undefined

  /** Takes an entry without facts. */
  miss(index: number, gone: Gone | undefined): void {
    this.#count++
    if (gone?.cause === 'erasure') this.#erased++
    if (gone?.event === undefined) {
      this.#first ??= index
      return
    }
    const runs = this.#waiting.get(gone.event) ?? []
    if (runs.at(-1) === index) runs[runs.length - 1] = index + 1
    else runs.push(index, index + 1)
    this.#waiting.set(gone.event, runs)
  }

  /** Takes facts that their leaf has committed to. */
  take({ id, producer }: Leaf, { action, outcome, retention }: AuditEvent['facts']): void {
    if (producer !== 'ledger') return
    if (action === 'subject.erased' && outcome === 'success') this.#certificates++
    const waiting = this.#waiting.get(id)
    if (action !== 'retention.applied' || waiting === undefined) return
    this.#waiting.delete(id)
    const listed = Array.isArray(retention?.runs) ? retention.runs : []
    for (const [start, end] of pairsOf(waiting)) {
      const covered = coveredFrom(listed, start, end)
      this.#retired += covered - start
      if (covered < end) this.#miss(covered)
    }
  }

  /** Answers what is known once the whole log was read. */
  result(): AbsentFacts {
    for (const runs of this.#waiting.values()) this.#miss(runs[0] ?? 0)
    return {
      count: this.#count,
      retired: this.#retired,
      erased: this.#erased,
      certificates: this.#certificates,
      firstUnexplained: this.#first,
    }
  }

  #miss(index: number): void {
    this.#first = Math.min(this.#first ?? index, index)
  }
}

function* pairsOf(runs: readonly number[]): Iterable<readonly [start: number, end: number]> {
  for (let at = 0; at + 1 < runs.length; at += 2) yield [runs[at] as number, runs[at + 1] as number]
}

/** Answers how far from `start` one listed run reaches, at most to `end`; `start` when none holds it. */
function coveredFrom(listed: readonly number[], start: number, end: number): number {
  for (const [from, to] of pairsOf(listed)) {
    if (from <= start && start < to) return Math.min(to, end)
  }
  return start
}
