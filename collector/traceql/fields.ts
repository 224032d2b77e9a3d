/** What a field of a query reads: of a span and where it stood, or of a whole trace. */
import type { Attribute, Span, Value } from '../process/model.ts'
import { durationOf } from '../process/summary.ts'
import { spanKinds, statusCodes } from '../wire/names.ts'
import { unquote, unsupported, type Token } from './tokens.ts'

/** A span and the resource it came from. */
export interface Candidate {
  readonly span: Span
  readonly resource: readonly Attribute[]
}

/** What is known of a trace once its spans have been looked at. */
export interface TraceFacts {
  readonly rootService: string
  readonly rootName: string
  /** From the first start to the last end, in nanoseconds. */
  readonly durationNanos: number
}

/** `enum` compares with bare words. */
export type FieldType = 'any' | 'text' | 'duration' | 'enum'

export type Field =
  | {
      readonly of: 'span'
      readonly type: FieldType
      readonly read: (candidate: Candidate) => readonly Value[]
    }
  | { readonly of: 'trace'; readonly type: FieldType; readonly read: (facts: TraceFacts) => readonly Value[] }

function ofSpan(type: FieldType, read: (span: Span) => Value): Field {
  return { of: 'span', type, read: ({ span }) => [read(span)] }
}

function ofTrace(type: FieldType, read: (facts: TraceFacts) => Value): Field {
  return { of: 'trace', type, read: (facts) => [read(facts)] }
}

const name = ofSpan('text', (span) => span.name)
const status = ofSpan('enum', (span) => (statusCodes[span.statusCode] ?? 'UNSET').toLowerCase())
const kind = ofSpan('enum', (span) => (spanKinds[span.kind] ?? 'UNSPECIFIED').toLowerCase())
const duration = ofSpan('duration', (span) => Number(durationOf(span)))
const statusMessage = ofSpan('text', (span) => span.statusMessage)
const traceDuration = ofTrace('duration', (facts) => facts.durationNanos)
const rootName = ofTrace('text', (facts) => facts.rootName)
const rootService = ofTrace('text', (facts) => facts.rootService)

/** Fields that are no attributes, by each of their names. */
export const intrinsics: ReadonlyMap<string, Field> = new Map([
  ['name', name],
  ['span:name', name],
  ['status', status],
  ['span:status', status],
  ['kind', kind],
  ['span:kind', kind],
  ['duration', duration],
  ['span:duration', duration],
  ['statusMessage', statusMessage],
  ['span:statusMessage', statusMessage],
  ['span:id', ofSpan('text', (span) => span.spanId)],
  ['trace:id', ofSpan('text', (span) => span.traceId)],
  ['traceDuration', traceDuration],
  ['trace:duration', traceDuration],
  ['rootName', rootName],
  ['trace:rootName', rootName],
  ['rootServiceName', rootService],
  ['trace:rootService', rootService],
])

/**
 * Finds what a field reads.
 *
 * @throws CollectorError TRACEQL_UNSUPPORTED
 */
export function fieldOf(token: Token): Field {
  const known = intrinsics.get(token.text)
  if (known !== undefined) return known
  const { scope, key } = attributeOf(token)
  switch (scope) {
    case 'resource':
      return { of: 'span', type: 'any', read: ({ resource }) => valuesOf(resource, key) }
    case 'span':
      return { of: 'span', type: 'any', read: ({ span }) => valuesOf(span.attributes, key) }
    case '':
      return {
        of: 'span',
        type: 'any',
        read: ({ span, resource }) => [...valuesOf(span.attributes, key), ...valuesOf(resource, key)],
      }
    default:
      throw unsupported(`resource.…, span.…, .… or one of ${[...intrinsics.keys()].join(', ')}`, token)
  }
}

/** Splits `span.http.route` into its scope and the key of the attribute; the scope of `.http.route` is empty. */
export function attributeOf({ text }: Pick<Token, 'text'>): { readonly scope: string; readonly key: string } {
  const dot = text.indexOf('.')
  if (dot < 0) return { scope: 'none', key: text }
  const key = text.slice(dot + 1)
  return { scope: text.slice(0, dot), key: key.startsWith('"') ? unquote(key) : key }
}

function valuesOf(attributes: readonly Attribute[], key: string): readonly Value[] {
  for (const attribute of attributes) if (attribute.key === key) return [attribute.value]
  return []
}
