/** The words search knows, and the keyed tokens that stand for their values. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Facts, Personal } from '../format/entry.ts'
import { keyedHash } from '../store/keyed-hash.ts'
import { remembered } from '../store/remembered.ts'

/** Fields one can ask for, those that single out most first: the first of a question drives it. */
export const searchFields = ['trace', 'subject', 'actor', 'basis', 'action', 'class', 'outcome'] as const
export type SearchField = (typeof searchFields)[number]

/** Fields whose values are about people. */
export const personalFields: ReadonlySet<SearchField> = new Set<SearchField>(['subject', 'actor'])

const tokenBytes = 16

/** One field under the key of one log. */
interface FieldKey {
  readonly key: KeyObject
  readonly field: SearchField
}

/** The key of a log's search tokens. */
export type SearchKey = Readonly<Record<SearchField, FieldKey>>

const keys = new WeakMap<KeyObject, SearchKey>()

/** Derives the key of a log's search tokens from that of its subjects. */
export function searchKey(subjectTokenKey: KeyObject): SearchKey {
  let derived = keys.get(subjectTokenKey)
  if (derived === undefined) {
    const key = createSecretKey(createHmac('sha256', subjectTokenKey).update('campanile/search/v1').digest())
    // Every field of the list has an entry.
    derived = Object.fromEntries(searchFields.map((field) => [field, { key, field }])) as unknown as SearchKey
    keys.set(subjectTokenKey, derived)
  }
  return derived
}

/** Computes the token of a value: 16 characters that stand for a byte each (`latin1`), which no buffer is made for. */
export function searchToken(key: SearchKey, field: SearchField, value: string): string {
  // Traces are the one field whose values do not come again.
  return field === 'trace' ? hashToken(key[field], value) : rememberedToken(key[field], value)
}

function hashToken({ key, field }: FieldKey, value: string): string {
  return keyedHash(key, `${field}\0${value}`).toString('latin1', 0, tokenBytes)
}

const rememberedToken = remembered(hashToken)

/** Lists the tokens of an entry; what is not known any more has none. */
export function tokensOf(key: SearchKey, facts: Facts, personal: Personal | undefined): string[] {
  const tokens: string[] = []
  if (facts.traceId !== undefined) tokens.push(searchToken(key, 'trace', facts.traceId))
  if (personal?.subject !== undefined) tokens.push(searchToken(key, 'subject', personal.subject))
  if (personal?.actor !== undefined) tokens.push(searchToken(key, 'actor', personal.actor))
  if (facts.basis !== undefined) tokens.push(searchToken(key, 'basis', facts.basis))
  tokens.push(searchToken(key, 'action', facts.action), searchToken(key, 'class', facts.class))
  tokens.push(searchToken(key, 'outcome', facts.outcome))
  return tokens
}
