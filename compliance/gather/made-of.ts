/** What was made of the bytes of a file, for as long as somebody has the bytes. */

const known = new WeakMap<Uint8Array, Map<object, Map<string, unknown>>>()

/**
 * Makes something of bytes, or finds what was made of the same bytes before: whoever scans again and again is given the
 * same object for a file that did not change.
 *
 * @param maker whose work it is
 * @param how all that it depends on besides the bytes
 * @param make pure
 */
export function madeOf<T>(bytes: Uint8Array, maker: object, how: string, make: () => T): T {
  const byMaker = known.get(bytes) ?? new Map<object, Map<string, unknown>>()
  known.set(bytes, byMaker)
  const made = byMaker.get(maker) ?? new Map<string, unknown>()
  byMaker.set(maker, made)
  // One maker makes one kind of thing.
  if (made.has(how)) return made.get(how) as T
  const thing = make()
  made.set(how, thing)
  return thing
}
