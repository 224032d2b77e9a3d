/** Keyed hashes of texts that come again and again, remembered per key: an event asks for some of a few thousand people. */
import type { KeyObject } from 'node:crypto'

/** Most texts that are remembered for one key; then it begins anew. */
const maxRemembered = 10_000

/** Remembers what a function of a key and a text answered; callers must not change it. */
export function remembered(
  hash: (key: KeyObject, text: string) => Buffer,
): (key: KeyObject, text: string) => Buffer {
  const ofKey = new WeakMap<KeyObject, Map<string, Buffer>>()
  return (key, text) => {
    let known = ofKey.get(key)
    if (known === undefined) {
      known = new Map()
      ofKey.set(key, known)
    }
    const found = known.get(text)
    if (found !== undefined) return found
    const made = hash(key, text)
    if (known.size >= maxRemembered) known.clear()
    known.set(text, made)
    return made
  }
}
