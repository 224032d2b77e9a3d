/** What is known of the spans of a request while they go by: numbers, and verdicts in place of texts. */
import type { SeenSpans } from '../process/span-metrics.ts'
import { emptySummary, type Summary } from '../process/summary.ts'
import { unusual } from './splicer.ts'
import { fingerprintAt, TimeRange } from './time-range.ts'
import type { Verdict } from './verdict-table.ts'

const high = 2 ** 32

export class SpanTally {
  readonly #isObserved: boolean
  #summary: Summary = emptySummary()
  #seen: SeenSpans = []
  #service = ''
  readonly #times = new TimeRange()
  #maxDuration = 0
  #startHigh = 0
  #startLow = 0
  #endHigh = 0
  #endLow = 0
  /** Its text is the name; undefined for a span without one. */
  name: Verdict | undefined
  kind = 0
  status = 0
  /** Behind the trace id; 0 without one. */
  traceAt = 0
  /** Behind the span id; 0 without one. */
  spanAt = 0

  /** @param isObserved whether spans are kept for metrics */
  constructor(isObserved: boolean) {
    this.#isObserved = isObserved
  }

  begin(): void {
    this.#summary = emptySummary()
    this.#seen = []
    this.#times.reset()
    this.#maxDuration = 0
  }

  resource(service: string): void {
    this.#service = service
  }

  beginSpan(): void {
    this.name = undefined
    this.kind = 0
    this.status = 0
    this.traceAt = 0
    this.spanAt = 0
    this.#startHigh = 0
    this.#startLow = 0
    this.#endHigh = 0
    this.#endLow = 0
  }

  /** Takes when the span begins, or ends. */
  time(isStart: boolean, view: DataView, at: number): void {
    const low = view.getUint32(at, true)
    const above = view.getUint32(at + 4, true)
    if (isStart) {
      this.#startHigh = above
      this.#startLow = low
    } else {
      this.#endHigh = above
      this.#endLow = low
    }
  }

  endSpan(view: DataView): void {
    const summary = this.#summary
    summary.items++
    this.#times.take(this.#startHigh, this.#startLow)
    const elapsed = (this.#endHigh - this.#startHigh) * high + (this.#endLow - this.#startLow)
    if (elapsed > Number.MAX_SAFE_INTEGER) throw unusual
    const duration = elapsed > 0 ? elapsed : 0
    if (duration > this.#maxDuration) this.#maxDuration = duration
    if (this.traceAt > 0) summary.traces.add(fingerprintAt(view, this.traceAt))
    if (!this.#isObserved || this.#service === '') return
    const { name, kind, status, traceAt, spanAt } = this
    const [endHigh, endLow] = [this.#endHigh, this.#endLow]
    this.#seen.push({
      service: this.#service,
      name,
      kind,
      status,
      duration,
      traceAt,
      spanAt,
      endHigh,
      endLow,
    })
  }

  /** Answers what the store's index keeps, and the spans for metrics. */
  end(): { readonly summary: Summary; readonly seen: SeenSpans } {
    const summary = this.#summary
    if (summary.items > 0) {
      summary.minTime = this.#times.min
      summary.maxTime = this.#times.max
      summary.maxDuration = BigInt(this.#maxDuration)
    }
    return { summary, seen: this.#seen }
  }

  /** Ends a resource: its service is known now. */
  endResource(): void {
    this.#summary.services.add(this.#service)
  }
}
