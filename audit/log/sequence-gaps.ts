/**
 * Finds numbers that are missing or come twice among those of producers. A producer counts the events of a tenant, each
 * number once and in order, so within one log: a missing number is an event that was recorded and never arrived; a
 * number that comes twice is a counter that was turned back. A heartbeat is counted too: what was lost at the end shows
 * when the next one arrives. What is before the first number cannot be told from a log that is younger than its
 * producer, so the first is told.
 */

/** What a leaf says of its place among its producer's events. */
export interface CountedEntry {
  readonly producer: string
  readonly sequence?: number
  /** When it was sequenced, in milliseconds since the epoch. */
  readonly time: number
}

/** Numbers `from` up to, not including, `to`. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

export interface ProducerNumbers {
  readonly producer: string
  /** Lowest number that arrived; 0 where the log is as old as the producer. */
  readonly first: number
  /** Highest number that arrived. */
  readonly last: number
  /** When its last event arrived, in milliseconds since the epoch: silence since then is what a heartbeat would break. */
  readonly lastTime: number
  /** Ascending; the first many only, see `missing` for how many there are. */
  readonly gaps: readonly NumberRange[]
  /** How many numbers are missing. */
  readonly missing: number
  /** How many events have a number that an earlier one has. */
  readonly repeated: number
  /** How many events came after a higher number of the same producer. */
  readonly late: number
}

/** Most ranges that are kept of a producer. Beyond it the highest are closed up, so that memory stays bounded. */
const maxRanges = 10_000
/** Most gaps that are told of a producer. */
const maxGaps = 100

const hourMillis = 3_600_000
/** Twice the time between two heartbeats, which is an hour unless a site changed it. */
const silentHours = 2

export interface SilentProducer {
  readonly producer: string
  /** Whole hours between its last event and the last of the log. */
  readonly hours: number
}

/**
 * Finds producers that count and have sent nothing, no heartbeat either, for so long before the end of a log. What they
 * may have recorded since then cannot show as a gap.
 *
 * @param until time of the last entry, in milliseconds since the epoch
 */
export function silentProducers(numbers: readonly ProducerNumbers[], until: number): SilentProducer[] {
  return numbers
    .map(({ producer, lastTime }) => ({ producer, hours: Math.floor((until - lastTime) / hourMillis) }))
    .filter(({ hours }) => hours >= silentHours)
}

/** Takes entries in the order of the log; several finders over parts of a log give no sum. */
export class SequenceGaps {
  readonly #producers = new Map<string, Seen>()

  take({ producer, sequence, time }: CountedEntry): void {
    if (sequence === undefined) return
    let seen = this.#producers.get(producer)
    if (seen === undefined) this.#producers.set(producer, (seen = new Seen()))
    seen.take(sequence, time)
  }

  /** Tells what is known of each producer that counts, in the order of their names. */
  result(): ProducerNumbers[] {
    const producers = [...this.#producers].sort(([a], [b]) => (a < b ? -1 : 1))
    return producers.map(([producer, seen]) => seen.result(producer))
  }
}

/** The numbers of one producer: ranges that are missing below the highest. */
class Seen {
  #first: number | undefined
  #next = 0
  #lastTime = 0
  #missing = 0
  #repeated = 0
  #late = 0
  /** Disjoint, ascending. */
  #gaps: { from: number; to: number }[] = []

  take(sequence: number, time: number): void {
    this.#lastTime = Math.max(this.#lastTime, time)
    if (this.#first === undefined) this.#first = this.#next = sequence
    if (sequence >= this.#next) {
      if (sequence > this.#next) this.#open(this.#next, sequence)
      this.#next = sequence + 1
      return
    }
    this.#late++
    if (sequence < this.#first) this.#begin(sequence, this.#first)
    else this.#fill(sequence)
  }

  result(producer: string): ProducerNumbers {
    return {
      producer,
      first: this.#first ?? 0,
      last: this.#next - 1,
      lastTime: this.#lastTime,
      gaps: this.#gaps.slice(0, maxGaps).map(({ from, to }) => ({ from, to })),
      missing: this.#missing,
      repeated: this.#repeated,
      late: this.#late,
    }
  }

  #open(from: number, to: number): void {
    this.#missing += to - from
    // Ranges beyond the bound stay counted as missing; an event that fills one later counts as repeated.
    if (this.#gaps.length < maxRanges) this.#gaps.push({ from, to })
  }

  /** A number below all others: what is between it and them is missing now. */
  #begin(sequence: number, first: number): void {
    this.#first = sequence
    if (sequence + 1 === first) return
    this.#missing += first - sequence - 1
    this.#gaps.unshift({ from: sequence + 1, to: first })
    if (this.#gaps.length > maxRanges) this.#gaps.pop()
  }

  /** A number below the highest: it fills a gap, or it was there before. */
  #fill(sequence: number): void {
    const at = this.#find(sequence)
    const gap = this.#gaps[at]
    if (gap === undefined || gap.from > sequence) {
      this.#repeated++
      return
    }
    this.#missing--
    const rest = [
      { from: gap.from, to: sequence },
      { from: sequence + 1, to: gap.to },
    ]
    this.#gaps.splice(at, 1, ...rest.filter(({ from, to }) => from < to))
  }

  /** Index of the first gap that ends behind a number. */
  #find(sequence: number): number {
    let low = 0
    let high = this.#gaps.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#gaps[middle]?.to ?? 0) <= sequence) low = middle + 1
      else high = middle
    }
    return low
  }
}
