/** The words search knows, and the keyed tokens that stand for their values. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Facts, Personal } from '../format/entry.ts'

/** Fields one can ask for, those that single out most first: the first of a question drives it. */
export const searchFields = ['trace', 'subject', 'actor', 'basis', 'action', 'class', 'outcome'] as const
export type SearchField = (typeof searchFields)[number]

/** Fields whose values are about people. */
export const personalFields: ReadonlySet<SearchField> = new Set<SearchField>(['subject', 'actor'])

const tokenBytes = 16

/** Derives the key of a log's search tokens from that of its subjects. */
export function searchKey(subjectTokenKey: KeyObject): KeyObject {
  return createSecretKey(createHmac('sha256', subjectTokenKey).update('campanile/search/v1').digest())
}

/** Computes the token of a value: 16 bytes. */
export function searchToken(key: KeyObject, field: SearchField, value: string): Buffer {
  return createHmac('sha256', key).update(`${field}\0${value}`).digest().subarray(0, tokenBytes)
}

/** Lists the tokens of an entry; what is not known any more has none. */
export function tokensOf(key: KeyObject, facts: Facts, personal: Personal | undefined): Buffer[] {
  const values: Readonly<Record<SearchField, string | undefined>> = {
    trace: facts.traceId,
    subject: personal?.subject,
    actor: personal?.actor,
    basis: facts.basis,
    action: facts.action,
    class: facts.class,
    outcome: facts.outcome,
  }
  return searchFields.flatMap((field) => {
    const value = values[field]
    return value === undefined ? [] : [searchToken(key, field, value)]
  })
}
