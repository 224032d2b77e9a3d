/** Helm templates among the documents of a file: they are no YAML before somebody renders them. */

export interface Template {
  /** Kind of the object in lower case. */
  readonly type: string
  readonly name: string
  readonly startLine: number
  readonly endLine: number
}

/** What only Helm fills in; `{{ $labels.x }}` of an alert is plain text. */
const helm =
  /\{\{-?[ \t]*(?:(?:\$?\.)(?:Values|Release|Chart|Capabilities|Files|Template)\b|(?:include|template|define|if|else|with|range|end|toYaml|block)\b)/

/** Takes the templates out of a text, whose lines stay where they are. */
export function takeTemplates(text: string): { rest: string; templates: Template[] } {
  if (!helm.test(text)) return { rest: text, templates: [] }
  const lines = text.split('\n')
  const templates: Template[] = []
  const kept: string[] = []
  for (const { from, until } of documentsOf(lines)) {
    const own = lines.slice(from, until)
    const body = own.join('\n')
    if (helm.test(body)) {
      templates.push(...templateOf(body, { startLine: from + 1, endLine: until }))
      // A line of its own still divides the documents around it.
      kept.push(...own.map((line) => (line.startsWith('---') ? '---' : '')))
    } else kept.push(...own)
  }
  return { rest: kept.join('\n'), templates }
}

/** Documents by their lines, the dividing line at the head of the one it begins. */
function documentsOf(lines: readonly string[]): { from: number; until: number }[] {
  const heads = lines.flatMap((line, index) => (index > 0 && line.startsWith('---') ? [index] : []))
  return [0, ...heads].map((from, index) => ({ from, until: heads[index] ?? lines.length }))
}

/** A document without a kind makes no object, such as one of definitions for others. */
function templateOf(
  body: string,
  { startLine, endLine }: { startLine: number; endLine: number },
): readonly Template[] {
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(body)?.[1]
  const name = /^ {2}name:[ \t]*["']?([\w.-]+)["']?[ \t]*$/m.exec(body)?.[1]
  if (kind === undefined) return []
  return [{ type: kind.toLowerCase(), name: name ?? `template-${startLine}`, startLine, endLine }]
}
