/** Parsers written from RFC 4180 and from the CEF guide alone; they refuse what those do not allow. */

/** Reads CSV of RFC 4180 with CRLF after every record, and takes the apostrophe off cells that have one. */
export function parseCsv(text: string, { keepApostrophe = false } = {}): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const { cell, next } = text[at] === '"' ? quotedCell(text, at + 1) : plainCell(text, at)
    row.push(keepApostrophe || !cell.startsWith("'") ? cell : cell.slice(1))
    if (text[next] === ',') {
      at = next + 1
      continue
    }
    if (!text.startsWith('\r\n', next)) throw new Error(`found ${JSON.stringify(text.slice(next, next + 5))}`)
    rows.push(row)
    row = []
    at = next + 2
  }
  if (row.length > 0) throw new Error('the last record has no end')
  return rows
}

function quotedCell(text: string, from: number) {
  let cell = ''
  for (let at = from; at < text.length; at += 1) {
    if (text[at] !== '"') cell += text.charAt(at)
    else if (text[at + 1] === '"') cell += text.charAt((at += 1))
    else return { cell, next: at + 1 }
  }
  throw new Error('a quoted cell has no end')
}

function plainCell(text: string, from: number) {
  const length = text.slice(from).search(/[",\r\n]/)
  if (length < 0 || text[from + length] === '"') throw new Error('a plain cell holds a quote or has no end')
  return { cell: text.slice(from, from + length), next: from + length }
}

/** Reads one CEF line: seven header fields and an extension. */
export function parseCef(line: string): { header: string[]; extension: Map<string, string> } {
  const header: string[] = []
  let field = ''
  let at = 0
  for (; header.length < 7; at += 1) {
    const character = line.charAt(at)
    if (character === '') throw new Error('the header has no end')
    if (character === '\\') field += line.charAt((at += 1))
    else if (character !== '|') field += character
    else {
      header.push(field)
      field = ''
    }
  }
  const extension = new Map<string, string>()
  // A key is a word right before an equals sign that is not escaped.
  for (const part of line.slice(at).split(/ (?=[A-Za-z][A-Za-z0-9]*=)/)) {
    const equals = part.indexOf('=')
    const key = part.slice(0, equals)
    if (extension.has(key)) throw new Error(`found ${key} twice`)
    extension.set(key, unescapeValue(part.slice(equals + 1)))
  }
  return { header, extension }
}

function unescapeValue(text: string): string {
  return text.replace(/\\(.?)|=/g, (found, escaped: string | undefined) => {
    const plain = { '\\': '\\', '=': '=', n: '\n', r: '\r' }[escaped ?? '']
    if (plain === undefined) throw new Error(`found ${found} in an extension value`)
    return plain
  })
}
