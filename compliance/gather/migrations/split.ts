/** Splits SQL into statements the way PostgreSQL's lexer sees texts, names, dollar quotes and comments; linear. */

export interface SqlStatement {
  /** Without comments; texts and dollar quotes stand as they were written. */
  readonly text: string
  /** Counted from 1. */
  readonly line: number
  readonly endLine: number
}

const quoted = /E'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/iy
const dollar = /\$(?:[A-Za-z_]\w*)?\$/y
const comment = /--[^\n]*|\/\*/y

/** Splits a script; a quote or comment that nobody closes ends with the script. */
export function splitSql(script: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = []
  let text = ''
  let line = 1
  let start = 1
  const take = (end: number, at: number, keep: boolean) => {
    const part = script.slice(at, end)
    if (keep) {
      if (text.trim() === '' && part.trim() !== '') start = line + leadingLines(part)
      text += part
    } else text += ' '
    line += newlinesIn(part)
    return end
  }
  const finish = () => {
    if (text.trim() !== '') statements.push({ text: text.trim(), line: start, endLine: line })
    text = ''
  }
  for (let at = 0; at < script.length;) {
    if (script[at] === ';') {
      finish()
      at += 1
    } else {
      const { end, keep } = tokenAt(script, at)
      at = take(end, at, keep)
    }
  }
  finish()
  return statements
}

function tokenAt(script: string, at: number): { readonly end: number; readonly keep: boolean } {
  comment.lastIndex = at
  const remark = comment.exec(script)?.[0]
  if (remark === '/*') return { end: endOfRemark(script, at), keep: false }
  if (remark !== undefined) return { end: at + remark.length, keep: false }
  quoted.lastIndex = at
  const text = quoted.exec(script)?.[0]
  if (text !== undefined) return { end: at + text.length, keep: true }
  if (script[at] === "'" || script[at] === '"') return { end: script.length, keep: true }
  dollar.lastIndex = at
  const tag = dollar.exec(script)?.[0]
  if (tag !== undefined) {
    const close = script.indexOf(tag, at + tag.length)
    return { end: close === -1 ? script.length : close + tag.length, keep: true }
  }
  // A word at once, so that the E of a text is not taken from the middle of a name.
  const word = /[\w]+|[^\w]/y
  word.lastIndex = at
  return { end: at + (word.exec(script)?.[0].length ?? 1), keep: true }
}

/** Remarks nest in PostgreSQL. */
function endOfRemark(script: string, at: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = at
  let depth = 0
  for (let found = mark.exec(script); found !== null; found = mark.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return script.length
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1
}

function leadingLines(text: string): number {
  return newlinesIn(text.slice(0, text.length - text.trimStart().length))
}
