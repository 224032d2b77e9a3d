/** Spans (`trace/v1`) through the fence without objects. */
import type { SeenSpans } from '../process/span-metrics.ts'
import type { Summary } from '../process/summary.ts'
import { SpanTally } from './span-tally.ts'
import { placeNumbers, Splicer, unusual, type SplicerOptions } from './splicer.ts'

export interface SplicedTraces {
  /** The bytes that came where nothing was to be changed. */
  readonly bytes: Buffer
  readonly summary: Summary
  /** The spans for metrics, with places in the bytes that came. */
  readonly seen: SeenSpans
}

export class TraceSplicer extends Splicer {
  readonly #tally: SpanTally

  /** @param isObserved whether spans are kept for metrics */
  constructor(options: SplicerOptions & { readonly isObserved: boolean }) {
    super(options)
    this.#tally = new SpanTally(options.isObserved)
  }

  /**
   * Puts a request through the fence.
   *
   * @param bytes an ExportTraceServiceRequest; attacker-controlled, not changed
   * @returns undefined for one that only the model can judge
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
   */
  splice(bytes: Buffer): SplicedTraces | undefined {
    this.#tally.begin()
    if (!this.walk(bytes)) return undefined
    return { bytes: this.edits.apply(bytes), ...this.#tally.end() }
  }

  protected resource(service: string): void {
    this.#tally.resource(service)
  }

  protected endResource(): void {
    this.#tally.endResource()
  }

  protected item(start: number, end: number): void {
    const { bytes } = this
    const tally = this.#tally
    tally.beginSpan()
    this.beginList(placeNumbers['span.attribute'])
    let seen = 0
    for (let at = start; at < end;) {
      const tag = bytes[at] as number
      // Attributes, events and links may come again.
      if (tag !== 0x4a && tag !== 0x5a && tag !== 0x6a) seen = this.once(seen, tag)
      switch (tag) {
        case 0x4a:
        case 0x2a: {
          const to = this.lengthEnd(at + 1, end)
          if (tag === 0x4a) this.settle(placeNumbers['span.attribute'], at, to)
          else tally.name = this.settle(placeNumbers['span.name'], at, to)
          at = to
          break
        }
        case 0x0a:
          at = this.#traceId(at, end)
          break
        case 0x12:
          at = this.#spanId(at, end)
          break
        case 0x22:
          at = this.idEnd(at, end, 8)
          break
        case 0x39:
        case 0x41:
          tally.time(tag === 0x39, this.view, this.fixedEnd(at, end, 9) - 8)
          at += 9
          break
        case 0x30:
          tally.kind = this.small(at + 1, end)
          at += 2
          break
        default:
          at = this.#part(tag, at, end)
      }
    }
    tally.endSpan(this.view)
  }

  #traceId(at: number, end: number): number {
    const to = this.idEnd(at, end, 16)
    this.#tally.traceAt = to - at > 2 ? to : 0
    return to
  }

  #spanId(at: number, end: number): number {
    const to = this.idEnd(at, end, 8)
    this.#tally.spanAt = to - at > 2 ? to : 0
    return to
  }

  #part(tag: number, at: number, end: number): number {
    switch (tag) {
      case 0x50:
      case 0x60:
      case 0x70:
        return this.varintEnd(at + 1, end)
      case 0x85:
        // Flags are field 16, whose tag has two bytes.
        if (this.bytes[at + 1] !== 0x01) throw unusual
        return this.fixedEnd(at, end, 6)
      case 0x1a: {
        const to = this.lengthEnd(at + 1, end)
        this.settle(placeNumbers['span.trace_state'], at, to)
        return to
      }
      case 0x5a:
      case 0x6a:
      case 0x7a:
        return this.#nested(tag, at, end)
      default:
        throw unusual
    }
  }

  #nested(tag: number, at: number, end: number): number {
    const to = this.lengthEnd(at + 1, end)
    const from = this.at
    const outer = this.edits.open(at + 1, from)
    const { mark } = this.edits
    if (tag === 0x5a) this.#event(from, to)
    else if (tag === 0x6a) this.#link(from, to)
    else this.#status(from, to)
    this.edits.close(mark, to - from, outer)
    return to
  }

  #event(start: number, end: number): void {
    this.beginList(placeNumbers['event.attribute'])
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x1a) seen = this.once(seen, tag)
      if (tag === 0x09) at = this.fixedEnd(at, end, 9)
      else if (tag === 0x20) at = this.varintEnd(at + 1, end)
      else {
        const to = this.lengthEnd(at + 1, end)
        if (tag === 0x1a) this.settle(placeNumbers['event.attribute'], at, to)
        else if (tag === 0x12) this.settle(placeNumbers['event.name'], at, to)
        else throw unusual
        at = to
      }
    }
  }

  #link(start: number, end: number): void {
    this.beginList(placeNumbers['link.attribute'])
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x22) seen = this.once(seen, tag)
      if (tag === 0x0a) at = this.idEnd(at, end, 16)
      else if (tag === 0x12) at = this.idEnd(at, end, 8)
      else if (tag === 0x28) at = this.varintEnd(at + 1, end)
      else if (tag === 0x35) at = this.fixedEnd(at, end, 5)
      else {
        const to = this.lengthEnd(at + 1, end)
        if (tag === 0x22) this.settle(placeNumbers['link.attribute'], at, to)
        else if (tag === 0x1a) this.settle(placeNumbers['link.trace_state'], at, to)
        else throw unusual
        at = to
      }
    }
  }

  #status(start: number, end: number): void {
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      seen = this.once(seen, tag)
      if (tag === 0x18) {
        this.#tally.status = this.small(at + 1, end)
        at += 2
      } else if (tag === 0x12) {
        const to = this.lengthEnd(at + 1, end)
        this.settle(placeNumbers['span.status'], at, to)
        at = to
      } else throw unusual
    }
  }
}
