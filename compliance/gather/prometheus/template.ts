/** Templates in labels and annotations, as far as their brackets and blocks go (text/template of Go). */

/** Tells what is wrong with a template; undefined when its brackets close and every block has an end. */
export function templateFaultOf(text: string): string | undefined {
  let open = 0
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', at)) {
    const end = endOf(text, at + 2)
    if (end === undefined) return 'an action of the template is not closed'
    const words = text
      .slice(at + 2, end)
      .replace(/^-\s|\s-$/g, '')
      .trim()
    if (words === '') return 'an action of the template is empty'
    if (/^(?:if|range|with|define|block)\b/.test(words)) open += 1
    if (/^end$/.test(words)) open -= 1
    if (open < 0) return 'the template has an end without a beginning'
    at = end + 2
  }
  return open === 0 ? undefined : 'a block of the template has no end'
}

/** Finds `}}` outside of texts. */
function endOf(text: string, from: number): number | undefined {
  let quote = ''
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quote !== '') {
      if (character === '\\' && quote === '"') at += 1
      else if (character === quote) quote = ''
    } else if (character === '"' || character === '`') quote = character
    else if (text.startsWith('}}', at)) return at
  }
  return undefined
}
