/** Keyed hashes of texts that come again and again: the events of an hour are about a few thousand people. */
import type { KeyObject } from 'node:crypto'

/** Most texts that are remembered, under all keys; then all are forgotten. Some 5 MB. */
const defaultMost = 20_000

/**
 * Remembers what a function of a key and a text answered; callers must not change it.
 *
 * @param most texts that are remembered
 */
export function remembered(
  hash: (key: KeyObject, text: string) => Buffer,
  most: number = defaultMost,
): (key: KeyObject, text: string) => Buffer {
  let ofKey = new WeakMap<KeyObject, Map<string, Buffer>>()
  let count = 0
  return (key, text) => {
    const found = ofKey.get(key)?.get(text)
    if (found !== undefined) return found
    if (count >= most) {
      ofKey = new WeakMap()
      count = 0
    }
    const made = hash(key, text)
    const texts = ofKey.get(key) ?? new Map<string, Buffer>()
    ofKey.set(key, texts.set(text, made))
    count++
    return made
  }
}
