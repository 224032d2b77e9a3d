/** How an operation of the door is described: what is mounted, checked and published comes from the same lines. */
import type { TSchema } from 'typebox'
import Type from 'typebox'
import type { TokenScope } from '../../../contracts/service-token.ts'
import { tenantPattern } from '../../../contracts/services.ts'

/** Schema by media type; undefined where the body is no JSON. */
export type Content = Readonly<Record<string, TSchema | undefined>>

export interface Answer {
  readonly meaning: string
  readonly content?: Content
}

export interface Parameter {
  readonly schema: TSchema
  readonly meaning: string
  readonly required?: true
}

export interface Operation {
  readonly method: 'get' | 'post'
  /** As express writes it: `/v1/logs/:tenant/tile/*path`. */
  readonly path: string
  readonly summary: string
  /** Any of them lets a request pass. */
  readonly scopes: readonly [TokenScope, ...TokenScope[]] | 'anybody' | 'long-lived'
  readonly query?: Readonly<Record<string, Parameter>>
  readonly headers?: Readonly<Record<string, Parameter>>
  readonly body?: { readonly mediaType: string; readonly schema: TSchema | undefined }
  /** By status; refusals are the same everywhere and stand in the document once. */
  readonly answers: Readonly<Record<number, Answer>>
}

/** What stands in a path at a name. */
export const pathParameters: Readonly<Record<string, Parameter>> = {
  tenant: { schema: Type.String({ pattern: tenantPattern }), meaning: 'whose log' },
  subject: { schema: Type.String({ minLength: 1, maxLength: 128 }), meaning: 'opaque id of the subject' },
  path: { schema: Type.String(), meaning: 'place of the tile as tlog-tiles writes it, with its slashes' },
  register: { schema: Type.String(), meaning: 'name of the register' },
  id: { schema: Type.String(), meaning: 'id of the entry' },
  command: { schema: Type.String(), meaning: 'what to do with the entry' },
  originHash: {
    schema: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    meaning: 'SHA-256 of the origin of the log, hex',
  },
}

export const plainText = 'text/plain; charset=utf-8'
export const bytes = 'application/octet-stream'

/** Answers JSON with status 200. */
export function json(schema: TSchema, meaning = 'Done.'): Operation['answers'] {
  return { 200: { meaning, content: { 'application/json': schema } } }
}

/** Answers something else with status 200. */
export function other(meaning: string, ...mediaTypes: readonly string[]): Operation['answers'] {
  return { 200: { meaning, content: Object.fromEntries(mediaTypes.map((type) => [type, undefined])) } }
}

/** Takes JSON. */
export function body(schema: TSchema): NonNullable<Operation['body']> {
  return { mediaType: 'application/json', schema }
}

/** A whole number in a query. */
export function count(meaning: string, max = Number.MAX_SAFE_INTEGER): Parameter {
  return { schema: Type.Integer({ minimum: 0, maximum: max }), meaning }
}

/** Text in a query. */
export function text(meaning: string, pattern?: string): Parameter {
  return { schema: Type.String(pattern === undefined ? {} : { pattern }), meaning }
}

/** Which entries: by index, or by time. */
export const rangeQuery = {
  from: count('first entry'),
  to: count('end of the entries, exclusive'),
  since: text('first time of sequencing, a date or RFC 3339 in UTC'),
  until: text('end of the times, exclusive'),
}
