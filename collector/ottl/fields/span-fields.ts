/** Paths of spans and their events. */
import { spanKindNumbers, spanKinds } from '../../wire/names.ts'
import type { Span } from '../../process/model.ts'
import { failed, textFrom } from '../ottl-value.ts'
import type { Item } from '../item.ts'
import {
  attributes,
  count,
  id,
  idText,
  nanos,
  text,
  time,
  type Field,
  type Fields,
  type IdAccess,
} from './field.ts'

const traceId: IdAccess<Span> = {
  get: (span) => span.traceId,
  set: (span, value) => void (span.traceId = value),
  bytes: 16,
}
const spanId: IdAccess<Span> = {
  get: (span) => span.spanId,
  set: (span, value) => void (span.spanId = value),
  bytes: 8,
}
const parentId: IdAccess<Span> = {
  get: (span) => span.parentSpanId,
  set: (span, value) => void (span.parentSpanId = value),
  bytes: 8,
}

export const spanFields: Fields<Span> = {
  trace_id: id(traceId),
  'trace_id.string': idText(traceId),
  span_id: id(spanId),
  'span_id.string': idText(spanId),
  parent_span_id: id(parentId),
  'parent_span_id.string': idText(parentId),
  trace_state: text(
    (span) => span.traceState,
    (span, value) => void (span.traceState = value),
  ),
  name: text(
    (span) => span.name,
    (span, value) => void (span.name = value),
  ),
  kind: count(
    (span) => span.kind,
    (span, value) => void (span.kind = value),
  ),
  'kind.string': kindText((number) => capitalized(spanKinds[number] ?? 'UNSPECIFIED')),
  'kind.deprecated_string': kindText((number) => `SPAN_KIND_${spanKinds[number] ?? 'UNSPECIFIED'}`),
  start_time_unix_nano: nanos(
    (span) => span.start,
    (span, value) => void (span.start = value),
  ),
  end_time_unix_nano: nanos(
    (span) => span.end,
    (span, value) => void (span.end = value),
  ),
  start_time: time(
    (span) => span.start,
    (span, value) => void (span.start = value),
  ),
  end_time: time(
    (span) => span.end,
    (span, value) => void (span.end = value),
  ),
  attributes: attributes((span) => span.attributes),
  dropped_attributes_count: count(
    (span) => span.droppedAttributes,
    (span, value) => void (span.droppedAttributes = value),
  ),
  dropped_events_count: count(
    (span) => span.droppedEvents,
    (span, value) => void (span.droppedEvents = value),
  ),
  dropped_links_count: count(
    (span) => span.droppedLinks,
    (span, value) => void (span.droppedLinks = value),
  ),
  'status.code': count(
    (span) => span.statusCode,
    (span, value) => void (span.statusCode = value),
  ),
  'status.message': text(
    (span) => span.statusMessage,
    (span, value) => void (span.statusMessage = value),
  ),
}

type EventItem = { readonly event: NonNullable<Item['event']>; readonly index: number }

export const eventFields: Fields<EventItem> = {
  time_unix_nano: nanos(
    ({ event }) => event.time,
    ({ event }, value) => void (event.time = value),
  ),
  time: time(
    ({ event }) => event.time,
    ({ event }, value) => void (event.time = value),
  ),
  name: text(
    ({ event }) => event.name,
    ({ event }, value) => void (event.name = value),
  ),
  attributes: attributes(({ event }) => event.attributes),
  dropped_attributes_count: count(
    ({ event }) => event.droppedAttributes,
    ({ event }, value) => void (event.droppedAttributes = value),
  ),
  event_index: {
    get: ({ index }) => index,
    set: (_, value) => {
      throw failed(value, 'no change of event_index')
    },
  },
}

function kindText(nameOf: (number: number) => string): Field<Span> {
  const numbers = new Map(Object.values(spanKindNumbers).map((number) => [nameOf(number), number]))
  return {
    get: (span) => nameOf(span.kind),
    set: (span, value) => {
      const number = numbers.get(textFrom(value))
      if (number === undefined) throw failed(value, `one of ${[...numbers.keys()].join(', ')}`)
      span.kind = number
    },
  }
}

function capitalized(name: string): string {
  return name.charAt(0) + name.slice(1).toLowerCase()
}
