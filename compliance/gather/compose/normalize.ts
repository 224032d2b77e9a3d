/** The short forms of Compose in their long form, so that a control meets one spelling only. */
import type { Value } from '../value.ts'

type Normalizer = (value: Value) => Value

/** Attributes of a service that have a short form. */
const normalizers: ReadonlyMap<string, Normalizer> = new Map([
  ['environment', pairsAsMap],
  ['labels', pairsAsMap],
  ['networks', namesAsMap],
  ['depends_on', namesAsMap],
  ['ports', (value: Value) => mapItems(value, portOf)],
  ['volumes', (value: Value) => mapItems(value, volumeOf)],
])

/** Rewrites a service's entries. */
export function normalizeService(entries: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...entries].map(([key, value]) => [key, normalizers.get(key)?.(value) ?? value]))
}

/** `- KEY=value` becomes `KEY: value`; without `=` the value comes from the environment of the one who starts it. */
function pairsAsMap(value: Value): Value {
  if (value.kind !== 'list') return value
  const entries = new Map<string, Value>()
  let open: string | undefined
  for (const item of value.items) {
    const text =
      item.kind === 'plain' ? String(item.value) : item.kind === 'unknown' ? item.expression : undefined
    const key = text === undefined ? undefined : /^[\w.-]+/.exec(text.replace(/^["']/, ''))?.[0]
    if (key === undefined || text === undefined) open ??= 'an entry without a name that is known'
    else entries.set(key, pairValue(item, { text, key }))
  }
  return { kind: 'map', entries, ...placeOf(value), ...(open === undefined ? {} : { open }) }
}

function pairValue(item: Value, { text, key }: { text: string; key: string }): Value {
  const equals = text.indexOf('=')
  if (equals === -1) {
    return { kind: 'unknown', why: `is set by the environment variable ${key}`, ...placeOf(item) }
  }
  if (item.kind === 'unknown') {
    return { kind: 'unknown', why: item.why, expression: text.slice(equals + 1), ...placeOf(item) }
  }
  const expression = item.kind === 'plain' ? item.expression : undefined
  return {
    kind: 'plain',
    value: text.slice(equals + 1),
    ...(expression === undefined ? {} : { expression: expression.slice(expression.indexOf('=') + 1) }),
    ...placeOf(item),
  }
}

function namesAsMap(value: Value): Value {
  if (value.kind !== 'list') return value
  const entries = value.items.flatMap((item) =>
    item.kind === 'plain' ? [[String(item.value), { ...item, value: null }] as const] : [],
  )
  return { kind: 'map', entries: new Map(entries), ...placeOf(value) }
}

function mapItems(value: Value, normalize: (text: string) => Record<string, string | boolean>): Value {
  if (value.kind !== 'list') return value
  const items = value.items.map((item): Value => {
    if (item.kind !== 'plain') return item
    const fields = Object.entries(normalize(String(item.value)))
    const entries = new Map(fields.map(([key, field]) => [key, { kind: 'plain', value: field } as const]))
    return { kind: 'map', entries, ...placeOf(item) }
  })
  return { ...value, items }
}

/** `[host ip:][published:]target[/protocol]`; without a host ip Docker publishes on every interface. */
function portOf(text: string): Record<string, string> {
  const [address = '', protocol = 'tcp'] = text.split('/')
  const parts = /^(?:(\[[^\]]*\]|[^:]*):)??(?:([^:]*):)?([^:]*)$/.exec(address)
  const [, host, published, target] = parts ?? []
  return {
    target: target ?? address,
    ...(published === undefined ? {} : { published }),
    ...(host === undefined ? {} : { host_ip: host.replace(/^\[|\]$/g, '') }),
    protocol,
  }
}

/** `[source:]target[:options]`; a source that begins with a dot, slash or tilde is a path of the host. */
function volumeOf(text: string): Record<string, string | boolean> {
  const parts = text.split(':')
  const [first = '', second, options = ''] = parts
  if (second === undefined) return { type: 'volume', target: first, read_only: false }
  const type = /^[./~]/.test(first) ? 'bind' : 'volume'
  return { type, source: first, target: second, read_only: options.split(',').includes('ro') }
}

function placeOf({ at }: Value): Pick<Value, 'at'> {
  return at === undefined ? {} : { at }
}
