/**
 * Puts every string of a batch through the fence before anything else sees it. Telemetry repeats itself, so
 * answers are remembered: the fence is asked once for a key and value, and its counts are replayed.
 */
import type { Fence, FenceValue } from '../../privacy/fence.ts'
import type { AttributePlace, Place, TextPlace } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'
import type { Attribute, Batch, LogRecord, Span, Value } from './model.ts'

export type CountRule = (rule: Rule, place: Place) => void
/** Told how often a rule acted at a place. */
export type ReportRule = (rule: Rule, place: Place, times: number) => void

export interface Redactor {
  readonly traces: (batch: Batch<Span>) => void
  readonly logs: (batch: Batch<LogRecord>) => void
  /** Reports the counts since the last report; counting labels for every string would cost more than the fence. */
  readonly report: (report: ReportRule) => void
  /** Forgets what was remembered: allowances end with the day. */
  readonly forget: () => void
}

/** How often one rule acted at one place since the last report. */
interface Finding {
  readonly rule: Rule
  readonly place: Place
  times: number
}

interface Remembered<T> {
  readonly answer: T
  readonly findings: readonly Finding[]
}

/** Most answers remembered for one place; then it starts anew, so hostile variety costs time, not memory. */
const maxRemembered = 16_384
/** Longer values are seldom the same twice. */
const longestRemembered = 256

/** Creates the redactor over a fence that is built with the counter it is to use. */
export function createRedactor(makeFence: (count: CountRule) => Fence): Redactor {
  const memory = new RedactionMemory(makeFence)
  return {
    traces: (batch) => eachItem(batch, memory, redactSpan),
    logs: (batch) => eachItem(batch, memory, redactLog),
    report: (report) => memory.report(report),
    forget: () => memory.forget(),
  }
}

/** Asks the fence and remembers its answers; one for the process. */
class RedactionMemory implements Walk {
  readonly #fence: Fence
  readonly #tallies = new Map<string, Finding>()
  readonly #attributes = new Map<AttributePlace, Map<string, Map<Value, Remembered<Value>>>>()
  readonly #texts = new Map<TextPlace, Map<string, Remembered<string>>>()
  #size = 0
  /** What the question being asked has found so far. */
  #findings: Finding[] = []

  constructor(makeFence: (count: CountRule) => Fence) {
    this.#fence = makeFence((rule, place) => this.#findings.push(tallyOf(this.#tallies, rule, place)))
  }

  forget(): void {
    this.#attributes.clear()
    this.#texts.clear()
    this.#size = 0
  }

  report(report: ReportRule): void {
    reportTallies(this.#tallies, report)
  }

  text(place: TextPlace, value: string): string {
    if (value === '') return value
    const answers = entry(this.#texts, place)
    let known = answers.get(value)
    if (known === undefined) {
      known = this.#judge(() => this.#fence.text(place, value))
      if (value.length <= longestRemembered) this.#remember(answers, value, known)
    }
    return answerOf(known)
  }

  attributes(place: AttributePlace, list: Attribute[]): void {
    let kept = 0
    for (const item of list) {
      const value = this.#attribute(place, item.key, item.value)
      if (value === undefined) continue
      item.value = value
      list[kept++] = item
    }
    list.length = kept
  }

  body(value: Value): Value {
    if (value === undefined) return undefined
    return answerOf(this.#judge(() => fromFence(this.#fence.body(toFence(value)), value)))
  }

  #attribute(place: AttributePlace, key: string, value: Value): Value {
    const ask = () => fromFence(this.#fence.attribute(place, key, toFence(value)), value)
    const isRepeated =
      typeof value === 'string' ? value.length <= longestRemembered : typeof value !== 'object'
    if (!isRepeated || key.length > longestRemembered) return answerOf(this.#judge(ask))
    const answers = entry(entry(this.#attributes, place), key)
    let known = answers.get(value)
    if (known === undefined) {
      known = this.#judge(ask)
      this.#remember(answers, value, known)
    }
    return answerOf(known)
  }

  #judge<T>(ask: () => T): Remembered<T> {
    this.#findings = []
    const answer = ask()
    return { answer, findings: this.#findings }
  }

  #remember<K, T>(answers: Map<K, Remembered<T>>, key: K, known: Remembered<T>): void {
    if (++this.#size > maxRemembered) this.forget()
    else answers.set(key, known)
  }
}

function answerOf<T>({ answer, findings }: Remembered<T>): T {
  for (const finding of findings) finding.times++
  return answer
}

function tallyOf(tallies: Map<string, Finding>, rule: Rule, place: Place): Finding {
  const key = `${rule} ${place}`
  let tally = tallies.get(key)
  if (tally === undefined) tallies.set(key, (tally = { rule, place, times: 0 }))
  return tally
}

function reportTallies(tallies: ReadonlyMap<string, Finding>, report: ReportRule): void {
  for (const tally of tallies.values()) {
    if (tally.times > 0) report(tally.rule, tally.place, tally.times)
    tally.times = 0
  }
}

interface Walk {
  readonly text: (place: TextPlace, value: string) => string
  readonly attributes: (place: AttributePlace, list: Attribute[]) => void
  readonly body: (value: Value) => Value
}

function eachItem<T>(batch: Batch<T>, walk: Walk, redact: (item: T, walk: Walk) => void): void {
  for (const group of batch) {
    group.schemaUrl = walk.text('schema.url', group.schemaUrl)
    walk.attributes('resource.attribute', group.resource.attributes)
    for (const scoped of group.scopes) {
      scoped.schemaUrl = walk.text('schema.url', scoped.schemaUrl)
      scoped.scope.name = walk.text('scope.name', scoped.scope.name)
      scoped.scope.version = walk.text('scope.version', scoped.scope.version)
      walk.attributes('scope.attribute', scoped.scope.attributes)
      for (const item of scoped.items) redact(item, walk)
    }
  }
}

function redactSpan(span: Span, walk: Walk): void {
  span.name = walk.text('span.name', span.name)
  span.statusMessage = walk.text('span.status', span.statusMessage)
  span.traceState = walk.text('span.trace_state', span.traceState)
  walk.attributes('span.attribute', span.attributes)
  for (const event of span.events) {
    event.name = walk.text('event.name', event.name)
    walk.attributes('event.attribute', event.attributes)
  }
  for (const link of span.links) {
    link.traceState = walk.text('link.trace_state', link.traceState)
    walk.attributes('link.attribute', link.attributes)
  }
}

function redactLog(record: LogRecord, walk: Walk): void {
  record.severityText = walk.text('log.severity', record.severityText)
  record.eventName = walk.text('log.event_name', record.eventName)
  record.body = walk.body(record.body)
  walk.attributes('log.attribute', record.attributes)
}

function entry<K, I, V>(map: Map<K, Map<I, V>>, key: K): Map<I, V> {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = new Map<I, V>()))
  return found
}

function toFence(value: Value): FenceValue {
  if (typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(toFence)
  if ('double' in value) return value.double
  // Defined, not assigned: a key named `__proto__` is a key like any other.
  return Object.fromEntries(value.map.map((item) => [item.key, toFence(item.value)]))
}

/** Brings an answer back; a number that was a double stays one. */
function fromFence(answer: FenceValue, asked: Value): Value {
  if (answer === null || answer === undefined) return undefined
  if (typeof answer === 'number') {
    const wasDouble = typeof asked === 'object' && !Array.isArray(asked) && 'double' in asked
    return wasDouble || !Number.isSafeInteger(answer) ? { double: answer } : answer
  }
  if (typeof answer !== 'object' || answer instanceof Uint8Array) return answer
  if (isList(answer))
    return answer.map((item, index) => fromFence(item, Array.isArray(asked) ? asked[index] : undefined))
  const before = mapOf(asked)
  return {
    map: Object.entries(answer).map(([key, item]) => ({
      key,
      value: fromFence(item, before.find((candidate) => candidate.key === key)?.value),
    })),
  }
}

function mapOf(value: Value): readonly Attribute[] {
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) return []
  return 'map' in value ? value.map : []
}

function isList(value: object): value is readonly FenceValue[] {
  return Array.isArray(value)
}
