/** Whether an expression of row-level security divides by tenants, told from its text as PostgreSQL prints it. */

/** `unclear`: a function or a query decides, and nobody looked into it. */
export type Division = 'yes' | 'no' | 'unclear'

/** Most characters of an expression that are read; longer ones are unclear. */
const lengthLimit = 20_000

/** Tells whether every row that an expression admits belongs to the tenant of the session. */
export function divides(expression: string, column = String.raw`tenant(?:_id)?`): Division {
  if (expression.length > lengthLimit) return 'unclear'
  const text = withoutParentheses(expression.trim())
  const any = split(text, 'OR')
  if (any.length > 1) return every(any.map((each) => divides(each, column)))
  const all = split(text, 'AND')
  if (all.length > 1) return some(all.map((each) => divides(each, column)))
  return dividesLeaf(text, column)
}

/** All parts must divide: one that does not lets the others' rows through. */
export function every(parts: readonly Division[]): Division {
  if (parts.includes('no')) return 'no'
  return parts.includes('unclear') ? 'unclear' : 'yes'
}

/** One part that divides is enough. */
export function some(parts: readonly Division[]): Division {
  if (parts.includes('yes')) return 'yes'
  return parts.includes('unclear') ? 'unclear' : 'no'
}

function dividesLeaf(text: string, column: string): Division {
  const bare = text.replace(/'(?:[^']|'')*'/g, "''")
  const own = new RegExp(String.raw`(?<![\w.])(?:[\w"]+\.)?"?${column}"?(?!\w)`, 'gi')
  const sides = equality(text)
  if (sides !== undefined) {
    const isColumn = (side: string) =>
      new RegExp(String.raw`^(?:[\w"]+\.)?"?${column}"?(?:::[\w ]+)?$`, 'i').test(side)
    const value = isColumn(sides[0]) ? sides[1] : isColumn(sides[1]) ? sides[0] : undefined
    if (value !== undefined) return dividesBy(value, own)
  }
  if (/\bSELECT\b|\bCASE\b/i.test(bare)) return 'unclear'
  // Of functions only those that say nothing about rows are told apart.
  const called = [...bare.matchAll(/\b([a-z_][\w.]*)\s*\(/gi)].map(([, name = '']) => name.toLowerCase())
  const isOpen = called.some((name) => !plain.has(name))
  return isOpen ? 'unclear' : 'no'
}

/** Functions that compute with their arguments alone. */
const plain: ReadonlySet<string> = new Set([
  'current_setting',
  'coalesce',
  'nullif',
  'any',
  'array',
  'lower',
  'upper',
  'now',
  'in',
  'not',
])

/** What the tenant is compared with has to come from the session, and must not fall back to a row or a constant. */
function dividesBy(value: string, own: RegExp): Division {
  const bare = value.replace(/'(?:[^']|'')*'/g, "''")
  if (/\bcoalesce\s*\(/i.test(bare) || own.test(bare)) return 'no'
  if (/\bcurrent_setting\s*\(/i.test(bare)) return 'yes'
  if (/\bSELECT\b|\(/i.test(bare)) return 'unclear'
  return 'no'
}

/** Splits `a = b` at its only equals sign outside of parentheses and texts. */
function equality(text: string): [string, string] | undefined {
  const places = outside(
    text,
    (at) => text[at] === '=' && !/[<>!=]/.test(`${text[at - 1] ?? ''}${text[at + 1] ?? ''}`),
  )
  const [place] = places
  if (place === undefined || places.length > 1) return undefined
  return [withoutParentheses(text.slice(0, place).trim()), withoutParentheses(text.slice(place + 1).trim())]
}

function split(text: string, word: 'AND' | 'OR'): string[] {
  const isWord = (at: number) =>
    text.slice(at, at + word.length).toUpperCase() === word &&
    !/\w/.test(text[at - 1] ?? ' ') &&
    !/\w/.test(text[at + word.length] ?? ' ')
  const places = outside(text, isWord)
  let start = 0
  const parts: string[] = []
  for (const place of places) {
    parts.push(text.slice(start, place).trim())
    start = place + word.length
  }
  return [...parts, text.slice(start).trim()]
}

/** Lists the places outside of parentheses and texts that a question is true of. */
function outside(text: string, isPlace: (at: number) => boolean): number[] {
  const places: number[] = []
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === "'") {
      const end = text.indexOf("'", at + 1)
      at = end === -1 ? text.length : end
    } else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (depth === 0 && isPlace(at)) places.push(at)
  }
  return places
}

/** `((a))` → `a`; `(a)::uuid` and `(a) = (b)` stay. */
function withoutParentheses(text: string): string {
  let inner = text
  while (inner.startsWith('(') && closes(inner) === inner.length - 1) inner = inner.slice(1, -1).trim()
  return inner
}

function closes(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "'") {
      const end = text.indexOf("'", at + 1)
      at = end === -1 ? text.length : end
    } else if (text[at] === '(') depth += 1
    else if (text[at] === ')') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
