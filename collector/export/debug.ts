/** Exporter `debug`: what has passed the fence, as lines of the collector's own log. */
import type winston from 'winston'
import type { Exporter } from '../graph/exporter.ts'
import type { ItemOf, Load, LoadSignal } from '../graph/load.ts'
import { pointsOf } from '../process/metric-model.ts'
import type { Attribute, Value } from '../process/model.ts'
import { logRecordJson, spanJson } from '../wire/json-out.ts'
import { holderJson, scopeJson, type JsonFields } from '../wire/json-parts-out.ts'
import { metricJson } from '../wire/metrics-json-out.ts'

export interface DebugOptions {
  /** Counts, one line an item, or every field. */
  readonly verbosity: 'basic' | 'normal' | 'detailed'
  /** Lines written in each second at first. */
  readonly samplingInitial: number
  /** Then one line out of so many; 0 is none. */
  readonly samplingThereafter: number
  readonly log: Pick<winston.Logger, 'info'>
  readonly now: () => number
  readonly onSent: (signal: LoadSignal, items: number) => void
}

type Write = (event: string, fields: () => JsonFields) => void

/** Creates the exporter. */
export function createDebug(options: DebugOptions): Exporter {
  const { verbosity, log, onSent } = options
  const isSampled = createSampler(options)
  const write: Write = (event, fields) => {
    if (isSampled()) log.info(event, fields())
  }
  return {
    isDurable: false,
    consume: (load) => {
      if (verbosity === 'basic') write('received', () => countsOf(load))
      else writeItems(load, verbosity === 'detailed', write)
      onSent(load.signal, load.items)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}

/** Lets the first lines of a second pass, and then one out of so many. */
function createSampler({ samplingInitial, samplingThereafter, now }: DebugOptions): () => boolean {
  let second = 0
  let lines = 0
  return () => {
    const current = Math.floor(now() / 1_000)
    if (current !== second) lines = 0
    second = current
    lines++
    if (lines <= samplingInitial) return true
    return samplingThereafter > 0 && (lines - samplingInitial) % samplingThereafter === 0
  }
}

function countsOf({ signal, view, items }: Load): JsonFields {
  return { signal, resources: view.length, items }
}

/** How items of a signal are written. */
interface Writing<T> {
  readonly event: string
  readonly details: (item: T) => JsonFields
  readonly brief: (item: T) => JsonFields
}

const writings: { readonly [S in LoadSignal]: Writing<ItemOf[S]> } = {
  traces: {
    event: 'span',
    details: spanJson,
    brief: ({ name, traceId, spanId, attributes }) => ({
      name,
      traceId,
      spanId,
      attributes: plainOf(attributes),
    }),
  },
  logs: {
    event: 'log record',
    details: logRecordJson,
    brief: ({ severityText, body, attributes }) => ({
      severity: severityText,
      body: plainValue(body),
      attributes: plainOf(attributes),
    }),
  },
  metrics: {
    event: 'metric',
    details: metricJson,
    brief: (metric) => ({
      name: metric.name,
      kind: metric.data?.kind ?? '',
      points: pointsOf(metric).length,
    }),
  },
}

/** Writes a line for each item; what the sampler leaves out is not built. */
function writeItems<S extends LoadSignal>(load: Load<S>, isDetailed: boolean, write: Write): void {
  const { event, details, brief } = writings[load.signal]
  for (const { resource, scopes } of load.view) {
    for (const { scope, items } of scopes) {
      const full = (item: ItemOf[S]) => ({
        resource: holderJson(resource),
        scope: scopeJson(scope),
        item: details(item),
      })
      for (const item of items) write(event, () => (isDetailed ? full(item) : brief(item)))
    }
  }
}

function plainOf(attributes: readonly Attribute[]): JsonFields {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

/** Writes a value as short as people read it. */
function plainValue(value: Value): string {
  if (value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `[${value.map(plainValue).join(', ')}]`
  if ('map' in value) return JSON.stringify(plainOf(value.map))
  return String(value.double)
}
