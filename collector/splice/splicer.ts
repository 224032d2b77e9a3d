/**
 * What putting any signal through the fence without objects has in common: resources and scopes, lengths with their
 * bounds, and the verdict on each attribute and text by its bytes. What is not known here, or comes in another order or
 * shape than exporters write it, is left to the path over the model: a request has one meaning, and two ways to it.
 */
import type { AttributePlace, Place, TextPlace } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'
import type { NoteBlocked } from '../process/blocked-keys.ts'
import type { ReportRule } from '../process/redact.ts'
import { isNoId } from '../wire/no-id.ts'
import { maxParts } from '../wire/reader.ts'
import { Edits } from './edits.ts'
import type { FieldJudge } from './field-judge.ts'
import { ListKeys } from './list-keys.ts'
import { hashOf, shapeOf, VerdictTable, type Field, type TableBounds, type Verdict } from './verdict-table.ts'

/** Thrown about inside, and caught at the door: only the model can judge this request. */
export const unusual: unique symbol = Symbol('unusual')

/** Where a field may stand, by number; those of attributes first. */
export const placeNumbers = {
  'resource.attribute': 0,
  'scope.attribute': 1,
  'span.attribute': 2,
  'event.attribute': 3,
  'link.attribute': 4,
  'log.attribute': 5,
  'schema.url': 6,
  'scope.name': 7,
  'scope.version': 8,
  'span.name': 9,
  'span.status': 10,
  'span.trace_state': 11,
  'event.name': 12,
  'link.trace_state': 13,
  'log.severity': 14,
  'log.event_name': 15,
  'log.body': 16,
} as const satisfies Readonly<Partial<Record<Place, number>>>

// As many names as there are numbers, in their order.
const places = Object.keys(placeNumbers) as (keyof typeof placeNumbers)[]
const firstText = placeNumbers['schema.url']
const bodyNumber = placeNumbers['log.body']

export interface SplicerOptions {
  readonly judge: FieldJudge
  /** Bounds of what is remembered. */
  readonly bounds?: TableBounds
  /** Number of the day: allowances of the policy end with one, and what is remembered ends with it. */
  readonly day: () => number
  /** Told of keys that were taken away; absent where nobody asks. */
  readonly onBlocked?: NoteBlocked
}

export abstract class Splicer {
  protected readonly edits = new Edits()
  protected bytes: Buffer = Buffer.alloc(0)
  protected view: DataView = new DataView(new ArrayBuffer(0))
  /** Where the content of the field begins whose length was read last. */
  protected at = 0
  readonly #judge: FieldJudge
  readonly #table: VerdictTable
  readonly #day: () => number
  readonly #onBlocked: NoteBlocked | undefined
  /** Keys of the lists of attributes that are open. */
  readonly #keys = new ListKeys(firstText)
  readonly #field: Field = { shape: 0, hash: 0, from: 0, to: 0 }
  readonly #tallies = new Map<Rule, Map<Place, number>>()
  /** Verdicts of this request that the fence counted something for: they count once it is through. */
  readonly #used: Verdict[] = []
  /** Messages and fields of this request so far. */
  #parts = 0
  #today: number

  protected constructor({ judge, bounds, day, onBlocked }: SplicerOptions) {
    this.#onBlocked = onBlocked
    this.#judge = judge
    this.#table = new VerdictTable(bounds)
    this.#day = day
    this.#today = day()
  }

  /** Reports how often each rule acted since the last report. */
  report(report: ReportRule): void {
    for (const [rule, ofRule] of this.#tallies)
      for (const [place, times] of ofRule) report(rule, place, times)
    this.#tallies.clear()
  }

  /**
   * Walks a request; answers false for one that only the model can judge.
   *
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
   */
  protected walk(bytes: Buffer): boolean {
    if (this.#day() !== this.#today) {
      this.#today = this.#day()
      this.#table.clear()
    }
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.edits.reset()
    this.#used.length = 0
    this.#parts = 0
    this.#keys.reset()
    try {
      this.#request(bytes.length)
    } catch (error) {
      if (error === unusual) return false
      throw error
    }
    for (const { counted, blocked } of this.#used) {
      for (const [rule, place] of counted) this.#count(rule, place)
      for (const [name, rule, place] of blocked) this.#onBlocked?.(name, rule, place)
    }
    return true
  }

  /**
   * Takes note of a field that may come once: a second one stays in the bytes where the model drops it, and nobody
   * would look at it.
   *
   * @param seen fields of the message so far
   * @returns those and this one
   */
  protected once(seen: number, tag: number): number {
    const bit = 1 << (tag >>> 3)
    if ((seen & bit) !== 0) throw unusual
    return seen | bit
  }

  /** Told of each resource, and of the service it is of once that is known; empty where it does not say. */
  protected abstract resource(service: string): void

  /** Told that a resource has ended. */
  protected abstract endResource(): void

  /** Walks one item: a span, a record. */
  protected abstract item(start: number, end: number): void

  /** Begins with the attributes of another message at a place. */
  protected beginList(place: number): void {
    this.#keys.begin(place)
  }

  /** Finds or asks for the verdict on the field from `start` on, whose length was read last, and does as it says. */
  protected settle(place: number, start: number, to: number): Verdict {
    if (++this.#parts > maxParts) throw unusual
    const field = this.#field
    const from = this.at
    const shape = shapeOf(to - from, place)
    field.shape = shape
    field.hash = hashOf(this.view, from, to, shape)
    field.from = from
    field.to = to
    const verdict = this.#table.find(this.view, field) ?? this.#ask(place, start, to)
    if (place < firstText && !this.#keys.takes(place, verdict.key)) throw unusual
    if (verdict.counted.length > 0) this.#used.push(verdict)
    if (verdict.replacement !== undefined) this.edits.replace(start, to, verdict.replacement)
    return verdict
  }

  /** Reads a length and answers where its field ends; `at` is where it begins. */
  protected lengthEnd(at: number, end: number): number {
    const { bytes } = this
    let next = at
    let length = next < end ? (bytes[next++] as number) : 0x80
    if (length > 0x7f) {
      length &= 0x7f
      for (let shift = 7; ; shift += 7) {
        if (next >= end || shift > 21) throw unusual
        const byte = bytes[next++] as number
        length |= (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
    }
    this.at = next
    if (next + length > end) throw unusual
    return next + length
  }

  /** Answers where a number ends. */
  protected varintEnd(at: number, end: number): number {
    // Counts have 32 bits.
    for (let next = at; next < end && next < at + 5; next++) {
      if ((this.bytes[next] as number) < 0x80) return next + 1
    }
    throw unusual
  }

  /** Answers where a field of a fixed length ends. */
  protected fixedEnd(at: number, end: number, length: number): number {
    if (at + length > end) throw unusual
    return at + length
  }

  /** Reads a number of one byte. */
  protected small(at: number, end: number): number {
    const value = at < end ? (this.bytes[at] as number) : 0x80
    if (value > 0x7f) throw unusual
    return value
  }

  /** Answers where the id ends whose tag stands at `at`; one without bytes is none, what is no id is left to the model. */
  protected idEnd(at: number, end: number, length: number): number {
    const found = at + 1 < end ? this.bytes[at + 1] : -1
    if (found === 0) return at + 2
    if (found !== length || at + 2 + length > end) throw unusual
    if (isNoId(this.bytes, at + 2, length)) throw unusual
    return at + 2 + length
  }

  #request(end: number): void {
    for (let at = 0; at < end;) {
      if (this.bytes[at] !== 0x0a) throw unusual
      const to = this.lengthEnd(at + 1, end)
      const from = this.at
      const outer = this.edits.open(at + 1, from)
      const { mark } = this.edits
      this.#group(from, to)
      this.edits.close(mark, to - from, outer)
      at = to
    }
  }

  /** ResourceSpans or ResourceLogs: the resource comes first, as every exporter writes it. */
  #group(start: number, end: number): void {
    let hasScopes = false
    let seen = 0
    this.resource('')
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x12) seen = this.once(seen, tag)
      const to = this.lengthEnd(at + 1, end)
      const from = this.at
      if (tag === 0x1a) this.settle(placeNumbers['schema.url'], at, to)
      else {
        if (tag !== 0x12 && (tag !== 0x0a || hasScopes)) throw unusual
        hasScopes ||= tag === 0x12
        const outer = this.edits.open(at + 1, from)
        const { mark } = this.edits
        if (tag === 0x12) this.#scoped(from, to)
        else this.#resource(from, to)
        this.edits.close(mark, to - from, outer)
      }
      at = to
    }
    this.endResource()
  }

  #resource(start: number, end: number): void {
    this.beginList(placeNumbers['resource.attribute'])
    let hasService = false
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x0a) seen = this.once(seen, tag)
      if (tag === 0x10) {
        at = this.varintEnd(at + 1, end)
        continue
      }
      if (tag !== 0x0a) throw unusual
      const to = this.lengthEnd(at + 1, end)
      const { isService, text } = this.settle(placeNumbers['resource.attribute'], at, to)
      if (isService) {
        if (hasService) throw unusual
        hasService = true
        this.resource(text)
      }
      at = to
    }
  }

  /** ScopeSpans or ScopeLogs. */
  #scoped(start: number, end: number): void {
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x12) seen = this.once(seen, tag)
      else if (++this.#parts > maxParts) throw unusual
      const to = this.lengthEnd(at + 1, end)
      const from = this.at
      if (tag === 0x1a) this.settle(placeNumbers['schema.url'], at, to)
      else {
        const outer = this.edits.open(at + 1, from)
        const { mark } = this.edits
        if (tag === 0x12) this.item(from, to)
        else if (tag === 0x0a) this.#scope(from, to)
        else throw unusual
        this.edits.close(mark, to - from, outer)
      }
      at = to
    }
  }

  #scope(start: number, end: number): void {
    this.beginList(placeNumbers['scope.attribute'])
    let seen = 0
    for (let at = start; at < end;) {
      const tag = this.bytes[at] as number
      if (tag !== 0x1a) seen = this.once(seen, tag)
      if (tag === 0x20) {
        at = this.varintEnd(at + 1, end)
        continue
      }
      const to = this.lengthEnd(at + 1, end)
      if (tag === 0x0a) this.settle(placeNumbers['scope.name'], at, to)
      else if (tag === 0x12) this.settle(placeNumbers['scope.version'], at, to)
      else if (tag === 0x1a) this.settle(placeNumbers['scope.attribute'], at, to)
      else throw unusual
      at = to
    }
  }

  #ask(place: number, start: number, to: number): Verdict {
    const framed = { start, from: start + 1, to }
    const name = places[place]
    const verdict =
      place < firstText
        ? this.#judge.attribute(name as AttributePlace, this.bytes, framed)
        : place === bodyNumber
          ? this.#judge.body(this.bytes, framed)
          : this.#judge.text(name as TextPlace, this.bytes, framed)
    this.#table.remember(this.bytes, this.#field, verdict)
    return verdict
  }

  #count(rule: Rule, place: Place): void {
    const ofRule = this.#tallies.get(rule) ?? new Map<Place, number>()
    this.#tallies.set(rule, ofRule.set(place, (ofRule.get(place) ?? 0) + 1))
  }
}
