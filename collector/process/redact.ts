/**
 * Puts every string of a batch through the fence before anything else sees it. The fence remembers its verdicts,
 * so nothing is remembered here: a second memory was measured and cost more than it saved.
 */
import type { Fence, FenceValue } from '../../privacy/fence.ts'
import type { AttributePlace, Place, TextPlace } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'
import { isOfDrill, lapsedFence } from './lapse.ts'
import { mergePoints } from './metric-merge.ts'
import { pointsOf, type Metric } from './metric-model.ts'
import type { Attribute, Batch, LogRecord, Span, Value } from './model.ts'
import { maxAttributes, UniqueKeys } from './unique-keys.ts'
import { isMap } from './value.ts'

export type CountRule = (rule: Rule, place: Place) => void
/** Told how often a rule acted at a place. */
export type ReportRule = (rule: Rule, place: Place, times: number) => void

export interface Redactor {
  readonly traces: (batch: Batch<Span>) => void
  readonly logs: (batch: Batch<LogRecord>) => void
  readonly metrics: (batch: Batch<Metric>) => void
  /** Reports the counts since the last report; counting labels for every string would cost more than the fence. */
  readonly report: (report: ReportRule) => void
}

/**
 * Creates the redactor over a fence that is built with the counter it is to use.
 *
 * @param isLapsed tells whether a drill has one rule off for its tenant; absent where no drill can
 */
export function createRedactor(
  makeFence: (count: CountRule) => Fence,
  isLapsed: () => boolean = () => false,
): Redactor {
  const tallies = new Map<Rule, Map<Place, number>>()
  const count: CountRule = (rule, place) => {
    let ofRule = tallies.get(rule)
    if (ofRule === undefined) tallies.set(rule, (ofRule = new Map<Place, number>()))
    ofRule.set(place, (ofRule.get(place) ?? 0) + 1)
  }
  const walk = new Walk(makeFence(count), count)
  let lapsed: Walk | undefined
  const walkOf = (attributes: readonly Attribute[]) => {
    if (!isLapsed() || !isOfDrill(attributes)) return walk
    return (lapsed ??= new Walk(lapsedFence(makeFence), count))
  }
  return {
    traces: (batch) => eachItem(batch, walk, (span) => redactSpan(span, walkOf(span.attributes))),
    logs: (batch) => eachItem(batch, walk, (record) => redactLog(record, walkOf(record.attributes))),
    metrics: (batch) => eachItem(batch, walk, (metric) => redactMetric(metric, walk, walkOf)),
    report: (report) => {
      for (const [rule, ofRule] of tallies) for (const [place, times] of ofRule) report(rule, place, times)
      tallies.clear()
    },
  }
}

/** Brings the model's values to the fence and its answers back. */
class Walk {
  readonly #fence: Fence
  readonly #count: CountRule
  readonly #keys = new Map<AttributePlace, UniqueKeys>()

  constructor(fence: Fence, count: CountRule) {
    this.#fence = fence
    this.#count = count
  }

  text(place: TextPlace, value: string): string {
    return value === '' ? value : this.#fence.text(place, value)
  }

  /** Keeps in the list what may pass, each key once, and tells whether it may differ from what it was. */
  attributes(place: AttributePlace, list: Attribute[]): boolean {
    let kept = 0
    let isChanged = list.length > maxAttributes
    if (isChanged) {
      this.#count('too_many', place)
      list.length = maxAttributes
    }
    let keys = this.#keys.get(place)
    if (keys === undefined) this.#keys.set(place, (keys = new UniqueKeys()))
    keys.begin()
    for (const item of list) {
      const before = item.value
      if (!passAttribute(this.#fence, place, item)) continue
      if (!keys.takes(item.key, list, kept)) {
        this.#count('key_repeated', place)
        continue
      }
      isChanged ||= item.value !== before && !isDouble(item.value)
      list[kept++] = item
    }
    isChanged ||= kept !== list.length
    list.length = kept
    return isChanged
  }

  body(value: Value): Value {
    return passBody(this.#fence, value, this.#count)
  }
}

/** Puts an attribute through the fence, which may change its value; false where it must go. */
export function passAttribute(fence: Fence, place: AttributePlace, item: Attribute): boolean {
  const value = fromFence(fence.attribute(place, item.key, toFence(item.value)), item.value)
  item.value = value
  return value !== undefined
}

/** Puts the body of a log record through the fence; keys that a map of it has again are counted. */
export function passBody(fence: Fence, value: Value, count: CountRule): Value {
  if (value === undefined) return undefined
  const asked = toFence(value, () => count('key_repeated', 'log.body'))
  return fromFence(fence.body(asked), value)
}

function eachItem<T>(batch: Batch<T>, walk: Walk, redact: (item: T) => void): void {
  for (const group of batch) {
    group.schemaUrl = walk.text('schema.url', group.schemaUrl)
    walk.attributes('resource.attribute', group.resource.attributes)
    for (const scoped of group.scopes) {
      scoped.schemaUrl = walk.text('schema.url', scoped.schemaUrl)
      scoped.scope.name = walk.text('scope.name', scoped.scope.name)
      scoped.scope.version = walk.text('scope.version', scoped.scope.version)
      walk.attributes('scope.attribute', scoped.scope.attributes)
      for (const item of scoped.items) redact(item)
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

/** Each point is an item of its own; what stands above the points is judged without any lapse. */
function redactMetric(metric: Metric, walk: Walk, walkOf: (attributes: readonly Attribute[]) => Walk): void {
  metric.name = walk.text('metric.name', metric.name)
  metric.description = walk.text('metric.description', metric.description)
  metric.unit = walk.text('metric.unit', metric.unit)
  walk.attributes('metric.attribute', metric.metadata)
  let isChanged = false
  for (const point of pointsOf(metric)) {
    const ofPoint = walkOf(point.attributes)
    isChanged = ofPoint.attributes('metric.attribute', point.attributes) || isChanged
    if (!('exemplars' in point)) continue
    for (const exemplar of point.exemplars) ofPoint.attributes('exemplar.attribute', exemplar.attributes)
  }
  if (isChanged) mergePoints(metric)
}

/** A double is wrapped anew on its way back, which changes nothing. */
function isDouble(value: Value): boolean {
  return typeof value === 'object' && !Array.isArray(value) && 'double' in value
}

function toFence(value: Value, onRepeated: () => void = () => undefined): FenceValue {
  if (typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map((item) => toFence(item, onRepeated))
  if ('double' in value) return value.double
  const members = new Map<string, FenceValue>()
  for (const item of value.map) {
    if (members.has(item.key)) onRepeated()
    else members.set(item.key, toFence(item.value, onRepeated))
  }
  // Defined, not assigned: a key named `__proto__` is a key like any other.
  return Object.fromEntries(members)
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
    map: Object.entries(answer).map(([key, item]) => ({ key, value: fromFence(item, before.get(key)) })),
  }
}

/** Lists the members of a map; the first of a key counts. */
function mapOf(value: Value): ReadonlyMap<string, Value> {
  return new Map(isMap(value) ? value.map.toReversed().map((item) => [item.key, item.value]) : [])
}

function isList(value: object): value is readonly FenceValue[] {
  return Array.isArray(value)
}
