/** Spans and records whose attributes the policy lists, so that one list may hold a key twice behind the fence. */
import fc from 'fast-check'
import type { Attribute, Batch, LogRecord, Span } from '../../collector/process/model.ts'

type Item = Span | LogRecord

/** What passes, what passes changed, and what does not, under few keys. */
const listed: readonly Attribute[] = [
  { key: 'http.request.method', value: 'GET' },
  { key: 'http.request.method', value: 'POST' },
  { key: 'http.request.method', value: 7 },
  { key: 'http.response.status_code', value: 200 },
  { key: 'http.response.status_code', value: 500 },
  { key: 'http.response.status_code', value: 'jane.doe@campus.example' },
  { key: 'campus.tenant', value: 'university_a' },
  { key: 'url.path', value: '/courses/1/roster' },
  { key: 'server.port', value: 8_003 },
  { key: 'db.system.name', value: 'postgresql' },
  { key: 'thread.id', value: 3 },
  { key: 'unlisted.key', value: 'x' },
]

/** Puts attributes of the policy in place of what attributes a batch has. */
export function withListedKeys<T extends Item>(batches: fc.Arbitrary<Batch<T>>): fc.Arbitrary<Batch<T>> {
  return fc.tuple(batches, fc.infiniteStream(fc.nat({ max: listed.length - 1 }))).map(([batch, picks]) => {
    for (const list of attributeListsOf(batch)) {
      for (const item of list) Object.assign(item, listed[picks.next().value ?? 0])
    }
    return batch
  })
}

/** Lists the attribute lists of a batch. */
export function attributeListsOf<T extends Item>(batch: Batch<T>): Attribute[][] {
  return batch.flatMap(({ resource, scopes }) => [
    resource.attributes,
    ...scopes.flatMap(({ scope, items }) => [
      scope.attributes,
      ...items.flatMap((item) => [
        item.attributes,
        ...('links' in item ? [...item.events, ...item.links].map(({ attributes }) => attributes) : []),
      ]),
    ]),
  ])
}

/** Tells whether no key of a list comes again. */
export function eachKeyOnce(list: readonly Attribute[]): boolean {
  return new Set(list.map(({ key }) => key)).size === list.length
}
