/** Log records (`logs/v1`) through the fence without objects. */
import { emptySummary, type Summary } from '../process/summary.ts'
import { placeNumbers, Splicer, unusual, type SplicerOptions } from './splicer.ts'
import { fingerprintAt, TimeRange } from './time-range.ts'

export interface SplicedLogs {
  /** The bytes that came where nothing was to be changed. */
  readonly bytes: Buffer
  readonly summary: Summary
}

export class LogSplicer extends Splicer {
  #summary = emptySummary()
  readonly #times = new TimeRange()
  #service = ''

  constructor(options: SplicerOptions) {
    super(options)
  }

  /**
   * Puts a request through the fence.
   *
   * @param bytes an ExportLogsServiceRequest; attacker-controlled, not changed
   * @returns undefined for one that only the model can judge
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
   */
  splice(bytes: Buffer): SplicedLogs | undefined {
    this.#summary = emptySummary()
    this.#times.reset()
    if (!this.walk(bytes)) return undefined
    const summary = this.#summary
    if (summary.items > 0) {
      summary.minTime = this.#times.min
      summary.maxTime = this.#times.max
    }
    return { bytes: this.edits.apply(bytes), summary }
  }

  protected resource(service: string): void {
    this.#service = service
  }

  protected endResource(): void {
    this.#summary.services.add(this.#service)
  }

  protected item(start: number, end: number): void {
    this.beginList(placeNumbers['log.attribute'])
    let [happened, observed, traceEnd, seen] = [0, 0, 0, 0]
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x32) seen = this.once(seen, tag)
      switch (tag) {
        case 0x09:
        case 0x59:
          if (tag === 0x09) happened = at + 1
          else observed = at + 1
          at = this.fixedEnd(at, end, 9)
          break
        case 0x10:
        case 0x38:
          at = this.varintEnd(at + 1, end)
          break
        case 0x45:
          at = this.fixedEnd(at, end, 5)
          break
        case 0x4a: {
          const to = this.idEnd(at, end, 16)
          traceEnd = to - at > 2 ? to : 0
          at = to
          break
        }
        case 0x52:
          at = this.idEnd(at, end, 8)
          break
        default:
          at = this.#text(tag, at, end)
      }
    }
    this.#summary.items++
    this.#takeTime(happened, observed)
    if (traceEnd > 0) this.#summary.traces.add(fingerprintAt(this.view, traceEnd))
  }

  #text(tag: number, at: number, end: number): number {
    const to = this.lengthEnd(at + 1, end)
    if (tag === 0x32) this.settle(placeNumbers['log.attribute'], at, to)
    else if (tag === 0x2a) this.settle(placeNumbers['log.body'], at, to)
    else if (tag === 0x1a) this.settle(placeNumbers['log.severity'], at, to)
    else if (tag === 0x62) this.settle(placeNumbers['log.event_name'], at, to)
    else throw unusual
    return to
  }

  /** When it happened, else when it was seen; places of 0 have no time. */
  #takeTime(happened: number, observed: number): void {
    const [above, low] = this.#read(happened)
    if (above > 0 || low > 0) this.#times.take(above, low)
    else this.#times.take(...this.#read(observed))
  }

  #read(at: number): [above: number, low: number] {
    return at === 0 ? [0, 0] : [this.view.getUint32(at + 4, true), this.view.getUint32(at, true)]
  }
}
