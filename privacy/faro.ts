/**
 * Faro items before they leave the browser, and again where they arrive: `beforeSend: (item) =>
 * fenceFaroItem(fence, item)`. Members are rebuilt from what is known, so a member that a later Faro adds is
 * dropped until it is listed here.
 */
import type { Fence, FenceValue } from './fence.ts'

/** What Faro hands to `beforeSend`; payload and meta come from a page that anybody may script. */
export interface FaroItem {
  readonly type: string
  readonly payload: unknown
  readonly meta: unknown
}

/** How a member is treated: by a declared attribute key, as a text, as a map of keys, or by its own members. */
type Treatment = { readonly key: string } | 'text' | 'map' | 'time' | 'trace' | 'session' | Members
interface Members {
  readonly members: Readonly<Record<string, Treatment>>
  readonly list?: true
}

const key = (name: string): Treatment => ({ key: name })

const frame: Members = {
  list: true,
  members: {
    filename: key('faro.page.url'),
    function: key('code.function.name'),
    lineno: key('code.line.number'),
    colno: key('code.column.number'),
  },
}

const payload: Members = {
  members: {
    // events
    name: 'text',
    domain: key('faro.event.domain'),
    attributes: 'map',
    // logs; `message` is also the text of nothing else
    message: 'text',
    level: key('faro.level'),
    context: 'map',
    // exceptions
    type: key('exception.type'),
    value: 'text',
    stacktrace: { members: { frames: frame } },
    // measurements
    values: 'map',
    timestamp: 'time',
    trace: 'trace',
  },
}

const meta: Members = {
  members: {
    app: {
      members: {
        name: key('faro.app'),
        version: key('faro.app.version'),
        environment: key('faro.environment'),
      },
    },
    sdk: { members: { name: key('telemetry.sdk.name'), version: key('telemetry.sdk.version') } },
    page: { members: { url: key('faro.page.url'), id: key('faro.page.id'), attributes: 'map' } },
    browser: {
      members: {
        name: key('browser.name'),
        version: key('browser.version'),
        os: key('user_agent.original'),
        mobile: key('browser.mobile'),
        language: key('browser.language'),
        userAgent: key('user_agent.original'),
      },
    },
    session: { members: { id: 'session', attributes: 'map' } },
    view: { members: { name: key('faro.view') } },
  },
}
const measurement: Members = {
  members: { ...payload.members, type: key('faro.measurement.type') },
}

/**
 * Scrubs one item. Browser spans are fenced as OTLP where they arrive, so a `trace` item passes only its meta
 * and is refused here: the answer is `null`, which drops the item.
 */
export function fenceFaroItem<I extends FaroItem>(fence: Fence, item: I): I | null {
  if (fence.mode === 'off') return item
  if (item.type === 'trace') return fence.mode === 'enforce' ? null : item
  const fenced = {
    ...item,
    meta: walk(fence, meta, item.meta, 'faro.meta'),
    payload: walk(fence, item.type === 'measurement' ? measurement : payload, item.payload, 'faro.payload'),
  }
  return fence.mode === 'enforce' ? fenced : item
}

type FaroPlace = 'faro.meta' | 'faro.payload'

/** Most elements of a list: frames of a stack. */
const maxElements = 50

function walk(fence: Fence, treatment: Members, value: unknown, place: FaroPlace): unknown {
  if (treatment.list === true) {
    return Array.isArray(value)
      ? value.slice(0, maxElements).map((item) => walk(fence, { members: treatment.members }, item, place))
      : []
  }
  if (typeof value !== 'object' || value === null) return {}
  const kept: [string, unknown][] = []
  for (const [name, member] of Object.entries(value)) {
    const how = Object.hasOwn(treatment.members, name) ? treatment.members[name] : undefined
    // An unknown member is refused by the fence under its own name, so that the loss is counted.
    const passed =
      how === undefined ? fence.attribute(place, `faro:${name}`, '') : treat(fence, how, member, place)
    if (passed !== undefined) kept.push([name, passed])
  }
  return Object.fromEntries(kept)
}

function treat(fence: Fence, how: Treatment, value: unknown, place: FaroPlace): unknown {
  if (value === undefined || value === null) return undefined
  switch (how) {
    case 'text':
      return typeof value === 'string' ? fence.text(place, value) : undefined
    case 'map':
      return fence.attributes(place, strings(value))
    case 'time':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]{8,15}Z$/.test(value) ? value : undefined
    case 'trace':
      return traceOf(fence, value, place)
    case 'session':
      return sessionOf(fence, value, place)
    default:
      return 'key' in how ? scalar(fence, how.key, value, place) : walk(fence, how, value, place)
  }
}

function scalar(fence: Fence, name: string, value: unknown, place: FaroPlace): FenceValue {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isScalar ? fence.attribute(place, name, value) : undefined
}

function strings(value: unknown): Record<string, FenceValue> {
  if (typeof value !== 'object' || value === null) return {}
  const entries = Object.entries(value).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  )
  return Object.fromEntries(entries)
}

function traceOf(fence: Fence, value: unknown, place: FaroPlace): unknown {
  const { trace_id, span_id } = strings(value)
  return Object.fromEntries(
    Object.entries({
      trace_id: fence.attribute(place, 'trace_id', trace_id),
      span_id: fence.attribute(place, 'span_id', span_id),
    }).filter(([, id]) => id !== undefined),
  )
}

/** Ten characters of Faro's own making, or a random UUID (RFC 9562 §5.4), which a page may make instead. */
const sessionId =
  /^(?:(?=.*[A-Za-z].*[A-Za-z])[A-Za-z0-9]{10}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/

/**
 * A session id is random and no account; the browser holds no key to hash it with, so it stays as it is here and
 * becomes a pseudonym where the fence has the key.
 */
function sessionOf(fence: Fence, value: unknown, place: FaroPlace): unknown {
  if (typeof value !== 'string') return undefined
  const pseudonym = fence.attribute(place, 'session.id', value)
  if (pseudonym !== undefined) return pseudonym
  return sessionId.test(value) ? value : undefined
}
