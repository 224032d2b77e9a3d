/** The words of PromQL: names, numbers, durations, texts and signs, each with its place. */

export interface Token {
  readonly kind: 'name' | 'number' | 'duration' | 'text' | 'sign' | 'end'
  readonly text: string
  /** Offset of its first character. */
  readonly at: number
}

/** In order: the first that matches counts; every pattern is linear. */
const patterns: readonly (readonly [Token['kind'] | 'nothing', RegExp])[] = [
  ['nothing', /\s+|#[^\n]*/y],
  ['text', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ['number', /0x[0-9a-f]+(?![\w.])/iy],
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?!\w)/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?![\w.])/iy],
  ['name', /[A-Za-z_:][\w:]*/y],
  ['sign', /==|!=|=~|!~|>=|<=|[-+*/%^><=@(){}[\],]/y],
]

/**
 * Cuts a text into tokens, the last of which is `end`.
 *
 * @returns the offset of a character that begins none, where there is one
 */
export function tokensOf(text: string): readonly Token[] | number {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const found = matchAt(text, at)
    if (found === undefined) return at
    if (found.kind !== 'nothing') tokens.push({ kind: found.kind, text: found.text, at })
    at += found.text.length
  }
  return [...tokens, { kind: 'end', text: '', at }]
}

function matchAt(text: string, at: number) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const [found] = pattern.exec(text) ?? []
    if (found !== undefined) return { kind, text: found }
  }
  return undefined
}
