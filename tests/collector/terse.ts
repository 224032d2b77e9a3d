/**
 * Batches in few words, for golden files: attributes as plain maps, what is at its default left out. A number
 * with a fraction is a double, one without is whole; `{ double }`, `{ bytes }` and `{ map }` say what else it is.
 */
import {
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  type Metric,
} from '../../collector/process/metric-model.ts'
import {
  emptyLogRecord,
  emptySpan,
  type Attribute,
  type Batch,
  type LogRecord,
  type Span,
  type Value,
} from '../../collector/process/model.ts'

/** A golden file is this house's own: what it holds is taken for what it should be. */
export type Terse = Readonly<Record<string, unknown>>

const emptyEvent = () => ({ time: 0n, name: '', attributes: [], droppedAttributes: 0 })

export function tracesOf(groups: readonly Terse[]): Batch<Span> {
  return batchOf(groups, 'spans', (terse) => {
    const events = (terse['events'] ?? []) as Terse[]
    return { ...fill(emptySpan(), terse), events: events.map((event) => fill(emptyEvent(), event)) }
  })
}

export function logsOf(groups: readonly Terse[]): Batch<LogRecord> {
  return batchOf(groups, 'logs', (terse) => ({
    ...fill(emptyLogRecord(), terse),
    body: valueOf(terse['body']),
  }))
}

export function metricsOf(groups: readonly Terse[]): Batch<Metric> {
  return batchOf(groups, 'metrics', (terse) => {
    const { points, kind, temporality, isMonotonic, ...rest } = terse
    const isHistogram = kind === 'histogram'
    const data = {
      kind,
      points: (points as Terse[]).map((point) => {
        const filled = fill<object>(isHistogram ? emptyHistogramPoint() : emptyNumberPoint(), point)
        const counts = (point['bucketCounts'] ?? []) as number[]
        return isHistogram
          ? { ...filled, bucketCounts: counts.map(BigInt) }
          : { ...filled, value: valueOf(point['value']) }
      }),
      ...(temporality === undefined ? {} : { temporality }),
      ...(isMonotonic === undefined ? {} : { isMonotonic }),
    }
    return { ...fill(emptyMetric(), rest), data: data as unknown as Metric['data'] }
  })
}

/** Says a batch in few words again. */
export function terse<T>(batch: Batch<T>): unknown {
  const itemsKey = (item: object | undefined) =>
    item === undefined
      ? 'items'
      : 'data' in item
        ? 'metrics'
        : 'spanId' in item && 'body' in item
          ? 'logs'
          : 'spans'
  return batch.flatMap(({ resource, scopes }) =>
    scopes.map(({ scope, items }) => ({
      ...(resource.attributes.length > 0 ? { resource: plainMap(resource.attributes) } : {}),
      ...(scope.name === '' ? {} : { scope: scope.name }),
      ...(scope.attributes.length === 0 ? {} : { scopeAttributes: plainMap(scope.attributes) }),
      [itemsKey(items[0] as object | undefined)]: items.map((item) => plain(item)),
    })),
  )
}

function batchOf<T>(groups: readonly Terse[], key: string, itemOf: (terse: Terse) => T): Batch<T> {
  return groups.map((group) => ({
    resource: { attributes: attributesOf(group['resource']), droppedAttributes: 0 },
    schemaUrl: '',
    scopes: [
      {
        scope: {
          name: (group['scope'] ?? '') as string,
          version: '',
          attributes: attributesOf(group['scopeAttributes']),
          droppedAttributes: 0,
        },
        schemaUrl: '',
        items: ((group[key] ?? []) as Terse[]).map(itemOf),
      },
    ],
  }))
}

/** Puts what is said over what is empty, in the type that the empty one has. */
function fill<T extends object>(empty: T, said: Terse): T {
  const filled: Record<string, unknown> = Object.fromEntries(Object.entries(empty))
  for (const [key, value] of Object.entries(said)) {
    if (key === 'attributes' || key === 'metadata') filled[key] = attributesOf(value)
    else filled[key] = typeof filled[key] === 'bigint' ? BigInt(value as number) : value
  }
  return filled as T
}

function attributesOf(value: unknown): Attribute[] {
  return Object.entries((value ?? {}) as Terse).map(([key, said]) => ({ key, value: valueOf(said) }))
}

export function valueOf(said: unknown): Value {
  if (typeof said === 'number') return Number.isInteger(said) ? said : { double: said }
  if (Array.isArray(said)) return said.map(valueOf)
  if (typeof said !== 'object' || said === null) return (said ?? undefined) as Value
  if ('bytes' in said) return Buffer.from(said.bytes as string, 'hex')
  if ('map' in said) return { map: attributesOf(said.map) }
  return said as { double: number }
}

function plainMap(attributes: readonly Attribute[]): unknown {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: Value): unknown {
  if (value === undefined) return null
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value !== 'object') return value
  if ('map' in value) return { map: plainMap(value.map) }
  return Number.isInteger(value.double) ? value : value.double
}

/** Leaves out what is empty, and writes attributes as maps. */
function plain(item: unknown): unknown {
  if (typeof item === 'bigint') return Number(item)
  if (Array.isArray(item)) return item.map(plain)
  if (typeof item !== 'object' || item === null) return item
  if ('data' in item) {
    const { data, ...rest } = item
    return { ...(plain(rest) as object), ...(plain(data) as object) }
  }
  const said: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(item)) {
    const isEmpty =
      value === 0 ||
      value === 0n ||
      value === '' ||
      value === undefined ||
      (Array.isArray(value) && value.length === 0)
    if (isEmpty) continue
    if (key === 'attributes' || key === 'metadata') said[key] = plainMap(value as Attribute[])
    else said[key] = key === 'body' || key === 'value' ? plainValue(value as Value) : plain(value)
  }
  return said
}
