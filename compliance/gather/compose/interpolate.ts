/** `${…}` in Compose files (Compose specification, "Interpolation"). No environment is read: only fallbacks are known. */

export type Interpolated =
  | { readonly isKnown: true; readonly text: string; readonly hasFallback: boolean }
  | { readonly isKnown: false; readonly why: string }

const sequence = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\})/
const sequences = new RegExp(sequence, 'g')

/**
 * Puts fallbacks in their places: `${A:-b}` is `b`, as with an empty environment; `${A}` and `${A:?…}` are unknown.
 *
 * @param depth how many fallbacks this one stands in; deeper than 8 is unknown
 */
export function interpolate(text: string, depth = 0): Interpolated {
  if (!text.includes('$')) return { isKnown: true, text, hasFallback: false }
  let missing: string | undefined
  let hasFallback = false
  const filled = text.replace(sequences, (whole) => {
    if (whole === '$$') return '$'
    const [, bare, braced, operator, word = ''] = sequence.exec(whole) ?? []
    const hasWord = operator?.endsWith('-') === true && depth < 8
    const fallback = hasWord ? interpolate(word, depth + 1) : undefined
    if (fallback?.isKnown === true) {
      hasFallback = true
      return fallback.text
    }
    // `${A:+word}` is empty while A is not set.
    if (operator?.endsWith('+') === true) return ''
    missing ??= bare ?? braced ?? ''
    return whole
  })
  if (missing !== undefined) return { isKnown: false, why: `is set by the environment variable ${missing}` }
  return { isKnown: true, text: filled, hasFallback }
}
