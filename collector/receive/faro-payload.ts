/**
 * Turns a payload of @grafana/faro-web-sdk 2.x (`TransportBody`) into log records and spans. Every field comes
 * from a page that anybody may script; the fence judges the result like any other telemetry.
 */
import { isDigestOfText } from '../../privacy/detect/encoded.ts'
import { CollectorError } from '../errors.ts'
import {
  emptyScope,
  type Attribute,
  type Batch,
  type LogRecord,
  type Span,
  type Value,
} from '../process/model.ts'
import { tracesFromJson } from '../wire/json.ts'

export interface FaroBatches {
  readonly logs: Batch<LogRecord>
  readonly traces: Batch<Span>
}

type Item = Readonly<Record<string, unknown>>

/** Severity numbers of Faro's levels (OpenTelemetry logs data model, §SeverityNumber). */
const severityOf: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  log: 9,
  info: 9,
  warn: 13,
  error: 17,
}

/** Most items of a payload; the SDK sends at most 50. */
const maxItems = 1_000
/** Most frames of a stack. */
const maxFrames = 50

/**
 * Reads a payload.
 *
 * @param receivedAt nanoseconds since 1970, for items whose own time cannot be read
 * @throws CollectorError FARO_MALFORMED, OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function readFaroPayload(value: unknown, receivedAt: bigint): FaroBatches {
  const payload = itemOf(value)
  const meta = itemOf(payload['meta'])
  const shared = metaAttributes(meta)
  const read = (key: string, build: (item: Item) => Partial<LogRecord>) =>
    listOf(payload[key], key).map((item) => recordOf(item, build(item), { shared, receivedAt }))
  const items = [
    ...read('logs', logRecord),
    ...read('exceptions', exceptionRecord),
    ...read('measurements', measurementRecord),
    ...read('events', eventRecord),
  ]
  const resource = { attributes: appAttributes(itemOf(meta['app'])), droppedAttributes: 0 }
  const scope = {
    ...emptyScope(),
    name: '@grafana/faro-web-sdk',
    version: text(itemOf(meta['sdk'])['version']),
  }
  return {
    logs: items.length === 0 ? [] : [{ resource, schemaUrl: '', scopes: [{ scope, schemaUrl: '', items }] }],
    traces: payload['traces'] === undefined ? [] : tracesFromJson(payload['traces']),
  }
}

function appAttributes(app: Item): Attribute[] {
  return present({
    'service.name': text(app['name']) || 'portal',
    'service.version': app['version'],
    'deployment.environment.name': app['environment'],
    'service.namespace': app['namespace'],
  })
}

function metaAttributes(meta: Item): Attribute[] {
  const [page, browser, user] = [itemOf(meta['page']), itemOf(meta['browser']), itemOf(meta['user'])]
  return [
    ...present({
      'session.id': itemOf(meta['session'])['id'],
      'faro.page.url': page['url'],
      'faro.page.id': page['id'],
      'faro.view': itemOf(meta['view'])['name'],
      'browser.name': browser['name'],
      'browser.version': browser['version'],
      'browser.language': browser['language'],
      'browser.mobile': browser['mobile'],
      'user_agent.original': browser['userAgent'],
      'user.id': user['id'],
      'user.name': user['username'],
      'user.full_name': user['fullName'],
      'user.email': user['email'],
    }),
    ...mapAttributes(page['attributes']),
    ...mapAttributes(itemOf(meta['session'])['attributes']),
    ...mapAttributes(user['attributes']),
  ]
}

function logRecord(item: Item): Partial<LogRecord> {
  const level = text(item['level'])
  return {
    body: text(item['message']),
    severityText: level.toUpperCase(),
    severityNumber: severityNumber(level),
    attributes: [...present({ 'faro.kind': 'log', 'faro.level': level }), ...mapAttributes(item['context'])],
  }
}

function exceptionRecord(item: Item): Partial<LogRecord> {
  const frames = listOf(itemOf(item['stacktrace'])['frames'], 'frames').slice(0, maxFrames)
  const stack = frames.map(frameText).join('\n')
  return {
    body: 'exception',
    severityText: 'ERROR',
    severityNumber: 17,
    attributes: [
      ...present({
        'faro.kind': 'exception',
        'exception.type': item['type'],
        'exception.message': item['value'],
        'exception.stacktrace': stack === '' ? undefined : stack,
      }),
      ...mapAttributes(item['context']),
    ],
  }
}

function frameText(frame: Item): string {
  const place = `${text(frame['filename'])}:${Number(frame['lineno'] ?? 0)}:${Number(frame['colno'] ?? 0)}`
  return `    at ${text(frame['function']) || '?'} (${place})`
}

function measurementRecord(item: Item): Partial<LogRecord> {
  return {
    body: 'measurement',
    severityText: 'INFO',
    severityNumber: 9,
    attributes: [
      ...present({ 'faro.kind': 'measurement', 'faro.measurement.type': item['type'] }),
      ...mapAttributes(item['values']),
      ...mapAttributes(item['context']),
    ],
  }
}

function eventRecord(item: Item): Partial<LogRecord> {
  const name = text(item['name'])
  return {
    body: name,
    eventName: name,
    severityText: 'INFO',
    severityNumber: 9,
    attributes: [
      ...present({ 'faro.kind': 'event', 'faro.event.name': name, 'faro.event.domain': item['domain'] }),
      ...mapAttributes(item['attributes']),
    ],
  }
}

interface Shared {
  readonly shared: readonly Attribute[]
  readonly receivedAt: bigint
}

function recordOf(item: Item, own: Partial<LogRecord>, { shared, receivedAt }: Shared): LogRecord {
  const trace = itemOf(item['trace'])
  const millis = Date.parse(text(item['timestamp']))
  return {
    time: Number.isNaN(millis) || millis < 0 ? receivedAt : BigInt(millis) * 1_000_000n,
    observedTime: receivedAt,
    severityNumber: own.severityNumber ?? 0,
    severityText: own.severityText ?? '',
    body: own.body,
    // Copied for each record: the fence rewrites attributes in place.
    attributes: [...(own.attributes ?? []), ...shared.map((attribute) => ({ ...attribute }))],
    droppedAttributes: 0,
    flags: 0,
    traceId: hex(trace['trace_id'], 32),
    spanId: hex(trace['span_id'], 16),
    eventName: own.eventName ?? '',
  }
}

function severityNumber(level: string): number {
  return Object.hasOwn(severityOf, level) ? (severityOf[level] ?? 9) : 9
}

function hex(value: unknown, digits: number): string {
  const id = text(value).toLowerCase()
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !isDigestOfText(id) ? id : ''
}

function present(values: Item): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const scalar = scalarOf(value)
    return scalar === undefined || scalar === '' ? [] : [{ key, value: scalar }]
  })
}

function mapAttributes(value: unknown): Attribute[] {
  return present(itemOf(value))
}

/** Faro's maps hold text and numbers; anything nested is not part of the format and is left out. */
function scalarOf(value: unknown): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : { double: value }
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function itemOf(value: unknown): Item {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new CollectorError('FARO_MALFORMED', 'found another type, expected an object')
  }
  // Proven by the line above; its members are checked as they are read.
  return value as Item
}

function listOf(value: unknown, name: string): readonly Item[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new CollectorError('FARO_MALFORMED', `member ${name}: expected an array`)
  if (value.length > maxItems)
    throw new CollectorError('FARO_MALFORMED', `member ${name}: expected at most ${maxItems}`)
  return value.map(itemOf)
}
