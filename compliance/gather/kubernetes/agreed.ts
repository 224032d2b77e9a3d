/** What two ways to make an object have in common: where they differ, nobody knows which of them it is. */
import type { Value } from '../value.ts'

/** Puts two values together; what they do not agree on is unknown. The places are those of the first. */
export function agreedOf(one: Value, other: Value, why: string): Value {
  if (one === other) return one
  if (one.kind === 'map' && other.kind === 'map') {
    const keys = new Set([...one.entries.keys(), ...other.entries.keys()])
    const entries = [...keys].map((key): [string, Value] => {
      const [own, its] = [one.entries.get(key), other.entries.get(key)]
      return [
        key,
        own === undefined || its === undefined ? unknown(own ?? one, why) : agreedOf(own, its, why),
      ]
    })
    const open = one.open ?? other.open
    return { ...one, entries: new Map(entries), ...(open === undefined ? {} : { open }) }
  }
  if (one.kind === 'list' && other.kind === 'list' && one.items.length === other.items.length) {
    const items = one.items.map((item, index) => agreedOf(item, other.items[index] ?? item, why))
    const open = one.open ?? other.open
    return { ...one, items, ...(open === undefined ? {} : { open }) }
  }
  if (one.kind === 'unknown') return one
  const isSame = one.kind === 'plain' && other.kind === 'plain' && one.value === other.value
  return isSame ? one : unknown(one, why)
}

function unknown({ at }: Value, why: string): Value {
  return { kind: 'unknown', why, ...(at === undefined ? {} : { at }) }
}
