/** The values that configuration keys take: text, numbers, durations, addresses, choices. */
import Type from 'typebox'
import { durationMillis, durationPattern } from './duration.ts'
import { scalar, type Shape } from './shape.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const port = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4})'

/** Reads what a schema of text has passed. */
function asText(value: unknown): string {
  return String(value)
}

export const text: Shape<string> = scalar(Type.String({ maxLength: 65_536 }), 'text', asText)
export const name: Shape<string> = scalar(
  Type.String({ minLength: 1, maxLength: 1_024 }),
  'text that is not empty',
  asText,
)
export const flag: Shape<boolean> = scalar(Type.Boolean(), 'true or false', (value) => value === true)
/** A value of any type, kept as it is. */
export const anything: Shape<unknown> = scalar(Type.Unsafe<unknown>({}), 'value', (value) => value)
export const duration: Shape<number> = scalar(
  Type.String({ pattern: durationPattern }),
  'duration such as 200ms or 1m30s',
  (value) => durationMillis(asText(value)),
)
/** A duration that upstream refuses as zero. */
export const positiveDuration: Shape<number> = scalar(
  Type.String({ pattern: `^(?=.*[1-9])${durationPattern.slice(1)}` }),
  'duration above zero such as 200ms or 1m30s',
  (value) => durationMillis(asText(value)),
)
export const address: Shape<Address> = scalar(
  Type.String({ pattern: `^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+):${port}$` }),
  'host:port such as 127.0.0.1:4318',
  (value) => addressOf(asText(value)),
)
/** What gRPC dials: a host and port, with or without a scheme. */
export const target: Shape<string> = scalar(
  Type.String({ pattern: `^((https?|dns)://+)?(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+):${port}/?$` }),
  'host:port such as tempo:4317',
  asText,
)
/** A target of a scrape. */
export const scrapeTarget: Shape<string> = scalar(
  Type.String({ pattern: `^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:${port})?$` }),
  'host:port such as 127.0.0.1:9100',
  asText,
)
export const webAddress: Shape<string> = scalar(
  Type.String({ format: 'web-address', pattern: '^[^\\s@]+$' }),
  'http or https address without a user',
  asText,
)
export const urlPath: Shape<string> = scalar(
  Type.String({ pattern: '^/[A-Za-z0-9/_.-]*$' }),
  'path such as /v1/traces',
  asText,
)
export const attributeName: Shape<string> = scalar(
  Type.String({ pattern: '^[^\\s]{1,256}$' }),
  'attribute name',
  asText,
)

/** A whole number within bounds, both inclusive. */
export function integer(minimum: number, maximum: number): Shape<number> {
  return scalar(Type.Integer({ minimum, maximum }), `whole number from ${minimum} to ${maximum}`, Number)
}

/** A number within bounds, both inclusive. */
export function decimal(minimum: number, maximum: number): Shape<number> {
  return scalar(Type.Number({ minimum, maximum }), `number from ${minimum} to ${maximum}`, Number)
}

/** A closed list of words. */
export function oneOf<const V extends readonly string[]>(...words: V): Shape<V[number]> {
  const schema = Type.Unsafe<V[number]>({ type: 'string', enum: words })
  // The schema has passed it, so it is one of the words.
  return scalar(schema, `one of ${words.join(', ')}`, (value) => value as V[number])
}

/** A word of a closed list in any case, written here in lower case. */
export function oneOfAnyCase<const V extends readonly string[]>(...words: V): Shape<V[number]> {
  const either = words.map((word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`))
  const schema = Type.String({ pattern: `^(${either.join('|')})$` })
  return scalar(schema, `one of ${words.join(', ')}`, (value) => asText(value).toLowerCase() as V[number])
}

/** A flag that may only be written as it is anyway. */
export function only<const V extends boolean>(value: V): Shape<V> {
  return scalar(Type.Unsafe<V>({ const: value, type: 'boolean' }), String(value), () => value)
}

/** Splits `127.0.0.1:4318` or `[::1]:4318`. */
function addressOf(endpoint: string): Address {
  const colon = endpoint.lastIndexOf(':')
  return { host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(endpoint.slice(colon + 1)) }
}
