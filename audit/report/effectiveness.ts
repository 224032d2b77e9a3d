/**
 * How the school officials' exception works in practice, by quarter and role (34 CFR 99.31(a)(1)(ii)): what was read
 * by relationship, what was refused and why, where the glass was broken, and what was read without either.
 */
import type { Facts } from '../format/entry.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { EffectivenessRow } from '../../contracts/effectiveness.ts'

type Counts = { -readonly [K in keyof Omit<EffectivenessRow, 'quarter' | 'role'>]: number }

/** Reasons of a read that name a relationship to the student. */
const relationships: ReadonlySet<string> = new Set(['self', 'instructor', 'advisor', 'registrar', 'parent'])
/** Actions that read a record, granted or refused, and what looks back at them. */
const reads: ReadonlySet<Facts['action']> = new Set([
  'transcript.read',
  'transcript.denied',
  'record.denied',
  'record.refused',
  'break_glass.read',
  'break_glass.reviewed',
  'profile.read',
])

export class Effectiveness {
  readonly #rows = new Map<
    string,
    { readonly quarter: string; readonly role: string; readonly counts: Counts }
  >()
  #withoutFacts = 0

  /** Takes an entry; one whose facts are gone is counted as such, because nobody can tell any more. */
  take({ time }: Pick<Leaf, 'time'>, facts: Facts | undefined): void {
    if (facts === undefined) this.#withoutFacts++
    else if (reads.has(facts.action)) this.#count(quarterOf(time), facts)
  }

  /** Entries of the range that could not be looked at. */
  get withoutFacts(): number {
    return this.#withoutFacts
  }

  /** Lists the rows, by quarter and role. */
  rows(): EffectivenessRow[] {
    return [...this.#rows.values()]
      .map(({ quarter, role, counts }) => ({ quarter, role, ...counts }))
      .toSorted((a, b) => (`${a.quarter} ${a.role}` < `${b.quarter} ${b.role}` ? -1 : 1))
  }

  #count(quarter: string, { action, outcome, reason, actorRole }: Facts): void {
    const role = actorRole ?? 'unknown'
    const name = `${quarter} ${role}`
    const row = this.#rows.get(name) ?? { quarter, role, counts: none() }
    this.#rows.set(name, row)
    const { counts } = row
    if (outcome !== 'success') {
      counts.denied++
      if (reason === 'no_relationship') counts.deniedWithoutRelationship++
      if (reason === 'reason_missing') counts.deniedWithoutReason++
    } else if (action === 'break_glass.read') {
      counts.breakGlass++
      // Later reads through the same glass are `break_glass_again`.
      if (reason === 'break_glass') counts.breakGlassOpened++
    } else if (action === 'break_glass.reviewed') {
      if (reason === 'justified') counts.breakGlassJustified++
      else counts.breakGlassUnjustified++
    } else if (reason !== undefined && relationships.has(reason)) counts.readByRelationship++
    else counts.readWithoutRelationship++
  }
}

function none(): Counts {
  return {
    readByRelationship: 0,
    readWithoutRelationship: 0,
    breakGlass: 0,
    breakGlassOpened: 0,
    breakGlassJustified: 0,
    breakGlassUnjustified: 0,
    denied: 0,
    deniedWithoutRelationship: 0,
    deniedWithoutReason: 0,
  }
}

/** Names the quarter of an instant in UTC: `2026-Q3`. */
function quarterOf(time: number): string {
  const date = new Date(time)
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`
}
