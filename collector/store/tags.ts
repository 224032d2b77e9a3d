/** Lists the attributes that stored spans have, and the values of one: what an editor of queries offers. */
import type { Attribute, Value } from '../process/model.ts'
import type { SpanQuery } from '../traceql/compile.ts'
import { decodeSpan } from '../wire/traces.ts'
import { mayBeOf } from './block.ts'
import { overlaps, type TimeRange } from './query.ts'
import { scanBlocks } from './scan.ts'
import type { SignalStore } from './signal-store.ts'
import { maxDecodedItems, walkItems } from './walk.ts'

/** What one list may cost: newest data first, and what is offered to an editor need not be all. */
const maxBytes = 32 * 2 ** 20
/** Longest value that is offered. */
const maxLength = 256

export interface TagNames {
  readonly resource: readonly string[]
  readonly span: readonly string[]
}

export interface TagValuesQuestion extends TimeRange {
  /** Reads the values that are wanted. */
  readonly read: (candidate: {
    readonly span: ReturnType<typeof decodeSpan>
    readonly resource: readonly Attribute[]
  }) => readonly Value[]
  /** Only of spans that answer it. */
  readonly query?: SpanQuery
  readonly limit: number
}

/** Lists names of attributes in a time range, sorted, at most `limit` of resources and of spans each. */
export async function findTagNames(
  store: SignalStore,
  { limit, ...range }: TimeRange & { readonly limit: number },
): Promise<TagNames> {
  const resource = new Set<string>()
  const span = new Set<string>()
  const add = (into: Set<string>, attributes: readonly Attribute[]) => {
    for (const { key } of attributes) if (into.size < limit && key.length <= maxLength) into.add(key)
  }
  await scanBlocks(store, {
    maxBytes,
    test: (meta) => overlaps(meta, range),
    take: (bytes) => {
      let decoded = 0
      walkItems(bytes, (item, place) => {
        add(resource, place.resource.attributes)
        add(span, decodeSpan(item).attributes)
        return ++decoded >= maxDecodedItems
      })
      return resource.size >= limit && span.size >= limit
    },
  })
  return { resource: [...resource].sort(), span: [...span].sort() }
}

/** Lists values in a time range, each once. */
export async function findTagValues(
  store: SignalStore,
  { read, query, limit, ...range }: TagValuesQuestion,
): Promise<readonly (string | number | boolean)[]> {
  const values = new Set<string | number | boolean>()
  await scanBlocks(store, {
    maxBytes,
    test: (meta) => overlaps(meta, range) && (query?.service === undefined || mayBeOf(meta, query.service)),
    take: (bytes) => {
      let decoded = 0
      walkItems(bytes, (item, place) => {
        if (values.size >= limit || decoded >= maxDecodedItems) return true
        decoded++
        const candidate = { span: decodeSpan(item), resource: place.resource.attributes }
        if (query !== undefined && !query.ofSpan(candidate)) return false
        for (const value of read(candidate)) {
          const shown = shownOf(value)
          if (shown !== undefined) values.add(shown)
        }
        return false
      })
      return values.size >= limit
    },
  })
  return [...values]
}

/** Lists the services of a time range from the index alone. */
export function findServices(store: SignalStore, range: TimeRange, limit: number): readonly string[] {
  const services = new Set<string>()
  for (const { meta } of store.blocks((candidate) => overlaps(candidate, range))) {
    for (const service of meta.services) if (service !== '') services.add(service)
    if (services.size >= limit) break
  }
  return [...services].sort().slice(0, limit)
}

function shownOf(value: Value): string | number | boolean | undefined {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return value.length <= maxLength && value !== '' ? value : undefined
  if (typeof value !== 'object') return value
  return 'double' in value && Number.isFinite(value.double) ? value.double : undefined
}
