/** Texts of statements: Go's escapes, read and written. */

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

/** Reads a quoted text; absent where an escape is none of Go's, or of bytes that are no text. */
export function unquote(quoted: string): string | undefined {
  let isValid = true
  const text = quoted
    .slice(1, -1)
    .replaceAll(
      /\\(?:x([0-7][0-9a-fA-F])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([01][0-7]{2})|([^]))/g,
      (...found: (string | undefined)[]) => {
        const [, hex, short, long, octal, letter] = found
        const point = Number.parseInt(hex ?? short ?? long ?? octal ?? '', octal === undefined ? 16 : 8)
        if (letter === undefined) return isText(point) ? String.fromCodePoint(point) : fail()
        return Object.hasOwn(simple, letter) ? (simple[letter] ?? '') : fail()
      },
    )
  function fail(): string {
    isValid = false
    return ''
  }
  return isValid ? text : undefined
}

/** Writes a text in quotes, so that reading gives it back. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\\n\r\t]/g, (character) => escapes[character] ?? character)}"`
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Halves of surrogate pairs are no characters. */
function isText(point: number): boolean {
  return point <= 0x10_ffff && (point < 0xd800 || point > 0xdfff)
}
