/** Asks the fence about encoded fields: decodes one, has it judged, and says what stands in its place. */
import type { Fence } from '../../privacy/fence.ts'
import type { AttributePlace, Place, TextPlace } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'
import type { NoteBlocked } from '../process/blocked-keys.ts'
import type { Attribute } from '../process/model.ts'
import { passAttribute, passBody, type CountRule } from '../process/redact.ts'
import { readAttribute, readValue, writeAttributes, writeValue } from '../wire/attributes.ts'
import { ProtobufReader } from '../wire/reader.ts'
import { ProtobufWriter } from '../wire/writer.ts'
import { mostKeys } from './list-keys.ts'
import type { Verdict } from './verdict-table.ts'

/** Where a field stands in its message. */
export interface Framed {
  /** Of the tag. */
  readonly start: number
  /** Of the length after it. */
  readonly from: number
  readonly to: number
}

const none: Verdict['blocked'] = []

export class FieldJudge {
  readonly #fence: Fence
  readonly #writer = new ProtobufWriter()
  #counted: (readonly [Rule, Place])[] = []
  /** Numbers of the keys that passed, from 1 on: the policy lists them, and a fence that only observes lists none. */
  readonly #keys = new Map<string, number>()
  #blocked: Parameters<NoteBlocked>[] = []

  /** @param makeFence builds the fence with the counter it is to use, and with whom it is to tell of blocked keys */
  constructor(makeFence: (count: CountRule, blocked: NoteBlocked) => Fence) {
    this.#fence = makeFence(
      (rule, place) => void this.#counted.push([rule, place]),
      (...key) => void this.#blocked.push(key),
    )
  }

  /**
   * Judges a KeyValue.
   *
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
   */
  attribute(place: AttributePlace, bytes: Buffer, framed: Framed): Verdict {
    const read: Attribute[] = []
    readAttribute(new ProtobufReader(bytes.subarray(framed.from, framed.to)), read)
    const [attribute] = read
    const passes = attribute !== undefined && passAttribute(this.#fence, place, attribute)
    // In bounds: a field begins with its tag, which for attributes has one byte.
    if (passes) writeAttributes(this.#writer, bytes[framed.start] as number, [attribute])
    const isService = attribute?.key === 'service.name'
    const text = isService && passes && typeof attribute.value === 'string' ? attribute.value : ''
    return this.#verdict(bytes, framed, { text, isService, key: passes ? this.#numberOf(attribute.key) : 0 })
  }

  /** Judges a text. @throws CollectorError OTLP_MALFORMED */
  text(place: TextPlace, bytes: Buffer, framed: Framed): Verdict {
    const value = new ProtobufReader(bytes.subarray(framed.from, framed.to)).string()
    const text = value === '' ? '' : this.#fence.text(place, value)
    this.#writer.text(bytes[framed.start] as number, text)
    return this.#verdict(bytes, framed, { text, isService: false, key: 0 })
  }

  /** Judges the body of a log record. @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP */
  body(bytes: Buffer, framed: Framed): Verdict {
    const read = readValue(new ProtobufReader(bytes.subarray(framed.from, framed.to)))
    const value = passBody(this.#fence, read, (rule, place) => this.#counted.push([rule, place]))
    if (value !== undefined) writeValue(this.#writer, bytes[framed.start] as number, value)
    return this.#verdict(bytes, framed, { text: '', isService: false, key: 0 })
  }

  #numberOf(key: string): number {
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    const next = this.#keys.size + 1
    if (next >= mostKeys) return mostKeys
    this.#keys.set(key, next)
    return next
  }

  #verdict(bytes: Buffer, { start, to }: Framed, said: Pick<Verdict, 'text' | 'isService' | 'key'>): Verdict {
    const written = this.#writer.take()
    const isSame = bytes.compare(written, 0, written.length, start, to) === 0
    const counted = this.#counted
    const blocked = this.#blocked
    this.#counted = []
    if (blocked.length > 0) this.#blocked = []
    // Most verdicts block nothing and are kept: they share one list, which is never added to.
    return {
      replacement: isSame ? undefined : written,
      counted,
      blocked: blocked.length > 0 ? blocked : none,
      ...said,
    }
  }
}
