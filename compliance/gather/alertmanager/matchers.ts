/** Matchers of Alertmanager: `severity="critical"`, `{a=~"b|c", d!=e}`. */

export interface Matcher {
  readonly label: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

const one =
  /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"{}=!~,\\']+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}]*))\s*/y

/** Reads one text of matchers; undefined when it is none. */
export function matchersOf(text: string): readonly Matcher[] | undefined {
  const inside = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1] ?? text
  const found: Matcher[] = []
  for (let at = 0; at < inside.length;) {
    one.lastIndex = at
    const [whole, quotedLabel, label, operator, quoted, plain = ''] = one.exec(inside) ?? []
    if (whole === undefined || !isOperator(operator)) return undefined
    const value = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, '$1')
    found.push({ label: quotedLabel ?? label ?? '', operator, value })
    at += whole.length
    if (at < inside.length && inside[at] !== ',') return undefined
    at += 1
  }
  return found.length === 0 ? undefined : found
}

function isOperator(text: string | undefined): text is Matcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~'
}
