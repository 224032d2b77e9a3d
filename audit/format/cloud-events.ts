/**
 * An event in the CloudEvents 1.0 JSON format as one of ours. `type` is `campanile.audit.` and the action; `data`
 * has our `facts` without the action, and `personal`; the W3C `traceparent` extension gives the trace. The id is
 * derived from `source` and `id`, which CloudEvents makes the identity of an event, so that an event sent again is
 * a duplicate here too. Extensions we do not know are passed over, as the specification asks.
 */
import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { Fault } from '../../contracts/problem.ts'

const typePrefix = 'campanile.audit.'

/** The attributes read here; whether the event they become is valid is the append path's to say. */
export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ minLength: 1, maxLength: 256 }),
  source: Type.String({ minLength: 1, maxLength: 512 }),
  type: Type.String({ pattern: '^campanile\\.audit\\.[a-z_]+\\.[a-z_]+$', maxLength: 128 }),
  /** RFC 3339; the time of arrival stands in where it is absent. */
  time: Type.Optional(Type.String({ maxLength: 40 })),
  datacontenttype: Type.Optional(Type.String({ pattern: '^application/json(;.*)?$', maxLength: 128 })),
  traceparent: Type.Optional(Type.String({ pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' })),
  data: Type.Object(
    { facts: Type.Object({}), personal: Type.Optional(Type.Object({})) },
    { additionalProperties: false },
  ),
})
export type CloudEvent = Static<typeof CloudEvent>

export interface Arrival {
  readonly tenant: string
  /** Name of the token that brought the event. */
  readonly producer: string
  /** When it came, RFC 3339. */
  readonly now: string
}

export type Translated =
  { readonly valid: true; readonly event: unknown } | { readonly valid: false; readonly faults: Fault[] }

/** Translates a CloudEvent; the outcome has the shape of an `AuditEvent` and is not checked against it. */
export function fromCloudEvent(cloud: CloudEvent, { tenant, producer, now }: Arrival): Translated {
  const millis = Date.parse(cloud.time ?? now)
  if (Number.isNaN(millis) || !/^\d{4}-\d{2}-\d{2}[Tt]/.test(cloud.time ?? now)) {
    return { valid: false, faults: [{ at: '/time', expected: 'a time of RFC 3339' }] }
  }
  const { facts, personal } = cloud.data
  if ('action' in facts) {
    return {
      valid: false,
      faults: [{ at: '/data/facts/action', expected: 'no such property, the type says it' }],
    }
  }
  const traceId = cloud.traceparent?.slice(3, 35)
  return {
    valid: true,
    event: {
      id: idOf(cloud),
      tenant,
      producer,
      time: new Date(millis).toISOString(),
      facts: {
        ...(traceId === undefined ? {} : { traceId }),
        ...facts,
        action: cloud.type.slice(typePrefix.length),
      },
      ...(personal === undefined ? {} : { personal }),
    },
  }
}

/** Derives a UUID of version 8 (RFC 9562 §5.8) from the identity of a CloudEvent. */
function idOf({ source, id }: CloudEvent): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(['campanile/cloudevent/v1', source, id]))
    .digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
