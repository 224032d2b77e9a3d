/** Globs as regular expressions, so that they run in linear time too. */

/** Writes a glob (`*`, `**`, `?`, `[abc]`, `[!a-c]`, `{a,b}`, `\` before what is meant as it is) as a regular expression. */
export function globPattern(glob: string): string {
  let depth = 0
  const parts = glob.match(/\\[^]|\*+|\[!?[^\]]+\]|[^]/gu) ?? []
  const written = parts.map((part) => {
    if (part.startsWith('*')) return '.*'
    if (part === '?') return '.'
    if (part === '{') {
      depth++
      return '(?:'
    }
    if (part === '}' && depth > 0) {
      depth--
      return ')'
    }
    if (part === ',' && depth > 0) return '|'
    if (part.length > 2 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return escaped(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part)
  })
  return `(?s)^(?:${written.join('')})$`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}
