/** The `count` connector: counts spans, events, metrics, data points and log records, as sums that grow by each batch. */
import { compileStatements } from '../ottl/compile.ts'
import type { ContextName, Item } from '../ottl/item.ts'
import { emptyMetric, emptyNumberPoint, temporality, type Metric, type NumberPoint } from './metric-model.ts'
import type { Attribute, Batch, ResourceItems, Value } from './model.ts'
import type { Connector } from './processor.ts'
import { anyHolds, visitLogs, visitMetrics, visitTraces } from './statements.ts'
import { copyAttributes, copyValue, findAttribute, plainValue, textOfValue } from './value.ts'

export interface CountedMetric {
  readonly description: string
  /** Any of them counts an item; none at all counts every item. */
  readonly conditions: readonly string[]
  /** Values of items that part the count; without default an item that lacks one is not counted. */
  readonly attributes?: readonly { readonly key: string; readonly defaultValue?: unknown }[]
}

/** Metrics by name, for each kind of thing. */
export interface CountSettings {
  readonly spans: Readonly<Record<string, CountedMetric>>
  readonly spanevents: Readonly<Record<string, CountedMetric>>
  readonly metrics: Readonly<Record<string, CountedMetric>>
  readonly datapoints: Readonly<Record<string, CountedMetric>>
  readonly logs: Readonly<Record<string, CountedMetric>>
}

interface Definition {
  readonly name: string
  readonly description: string
  readonly isCounted: (item: Item) => boolean
  readonly attributes: readonly { readonly key: string; readonly fallback: Value }[]
}

interface Kind<T> {
  readonly context: ContextName
  readonly definitions: readonly Definition[]
  readonly visit: (
    batch: Batch<T>,
    context: ContextName,
    base: Pick<Item, 'now'>,
    visit: (item: Item) => void,
  ) => void
}

/** As the reference engine names it. */
const scopeName = 'github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector'

/**
 * Creates the connector.
 *
 * @throws StatementError
 */
export function createCount(settings: CountSettings, base: Pick<Item, 'now'>): Connector {
  const spans = definitionsOf(settings.spans, 'span')
  const events = definitionsOf(settings.spanevents, 'spanevent')
  const metrics = definitionsOf(settings.metrics, 'metric')
  const points = definitionsOf(settings.datapoints, 'datapoint')
  const logs = definitionsOf(settings.logs, 'log')
  return {
    traces: (batch) =>
      countAll(batch, base, [
        { context: 'span', definitions: spans, visit: visitTraces },
        { context: 'spanevent', definitions: events, visit: visitTraces },
      ]),
    logs: (batch) => countAll(batch, base, [{ context: 'log', definitions: logs, visit: visitLogs }]),
    metrics: (batch) =>
      countAll(batch, base, [
        { context: 'metric', definitions: metrics, visit: visitMetrics },
        { context: 'datapoint', definitions: points, visit: visitMetrics },
      ]),
  }
}

function definitionsOf(metrics: Readonly<Record<string, CountedMetric>>, context: ContextName): Definition[] {
  return Object.entries(metrics).map(([name, { description, conditions, attributes = [] }]) => {
    const compiled = compileStatements({ context, conditions }, [context])
    return {
      name,
      description,
      isCounted: conditions.length === 0 ? () => true : anyHolds(compiled, 'propagate', {}),
      attributes: attributes.map(({ key, defaultValue }) => ({ key, fallback: plainValue(defaultValue) })),
    }
  })
}

function countAll<T>(batch: Batch<T>, base: Pick<Item, 'now'>, kinds: readonly Kind<T>[]): Batch<Metric> {
  return batch.flatMap((resource) => {
    const items = kinds.flatMap((kind) => countKind(resource, base, kind))
    if (items.length === 0) return []
    const { attributes, droppedAttributes } = resource.resource
    const scope = { name: scopeName, version: '', attributes: [], droppedAttributes: 0 }
    return [
      {
        resource: { attributes: copyAttributes(attributes), droppedAttributes },
        schemaUrl: '',
        scopes: [{ scope, items, schemaUrl: '' }],
      },
    ]
  })
}

/** Counts what one resource has of a kind; points carry the first and last time that the items name. */
function countKind<T>(
  resource: ResourceItems<T>,
  base: Pick<Item, 'now'>,
  { context, definitions, visit }: Kind<T>,
): Metric[] {
  const counts = definitions.map(() => new Map<string, NumberPoint>())
  let [first, last] = [0n, 0n]
  visit([resource], context, base, (item) => {
    for (const time of timesOf(item)) {
      if (time !== 0n && (first === 0n || time < first)) first = time
      if (time > last) last = time
    }
    definitions.forEach((definition, at) => countItem(definition, item, counts[at]))
  })
  if (first === 0n) first = last = base.now()
  return definitions.flatMap(({ name, description }, at) => {
    const points = [...(counts[at]?.values() ?? [])]
    for (const point of points) Object.assign(point, { start: first, time: last })
    if (points.length === 0) return []
    const data = { kind: 'sum' as const, points, temporality: temporality.delta, isMonotonic: true }
    return [{ ...emptyMetric(), name, description, data }]
  })
}

function countItem(definition: Definition, item: Item, points: Map<string, NumberPoint> | undefined): void {
  const attributes = partingOf(definition, item)
  if (attributes === undefined || points === undefined || !definition.isCounted(item)) return
  const key = attributes.map(({ value }) => `${typeof value}\u0000${textOfValue(value)}`).join('\u0000')
  const point = points.get(key)
  if (point === undefined) points.set(key, { ...emptyNumberPoint(), attributes, value: 1 })
  else point.value = Number(point.value) + 1
}

/** Absent where the item lacks an attribute that has no default. */
function partingOf({ attributes }: Definition, item: Item): Attribute[] | undefined {
  const owners = [item.point, item.event ?? item.span ?? item.log, item.scope?.scope, item.resource.resource]
  const found: Attribute[] = []
  for (const { key, fallback } of attributes) {
    const own = owners
      .map((owner) => owner && findAttribute(owner.attributes, key))
      .find((each) => each !== undefined)
    const value = own === undefined ? fallback : own.value
    if (value === undefined) return undefined
    found.push({ key, value: copyValue(value) })
  }
  return found
}

function timesOf({ point, event, span, log }: Item): readonly bigint[] {
  if (point !== undefined) return [point.time]
  if (event !== undefined) return [event.time]
  if (span !== undefined) return [span.start, span.end]
  return log === undefined ? [] : [log.time]
}
