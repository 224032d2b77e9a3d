/** Texts of PromQL (as those of Go): in double or single quotes with escapes, or in backticks without. */

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** Takes the quotes of a text off. */
export function unquoted(text: string): string {
  const inside = text.slice(1, -1)
  if (text.startsWith('`')) return inside
  return inside.replace(/\\(.)/gs, (_, escaped: string) => escapes[escaped] ?? escaped)
}
