/** What a key makes of texts that come again and again: the events of an hour are about a few thousand people. */

/** Most texts that are remembered, under all keys; then all are forgotten. Some 5 MB, or 20 where they are keys. */
const defaultMost = 20_000

/**
 * Remembers what a function of a key and a text answered; callers must not change it.
 *
 * @param most texts that are remembered
 */
export function remembered<K extends object, H extends object | string>(
  make: (key: K, text: string) => H,
  most: number = defaultMost,
): (key: K, text: string) => H {
  let ofKey = new WeakMap<K, Map<string, H>>()
  let count = 0
  return (key, text) => {
    const found = ofKey.get(key)?.get(text)
    if (found !== undefined) return found
    if (count >= most) {
      ofKey = new WeakMap()
      count = 0
    }
    const made = make(key, text)
    const texts = ofKey.get(key) ?? new Map<string, H>()
    ofKey.set(key, texts.set(text, made))
    count++
    return made
  }
}
