/** Puts plausible values where Grafana puts the reader's choices, so that a query can be parsed. */

const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: '1m',
  __interval: '15s',
  __range: '1h',
}

/** A name is no number: `$1` is a group of a regular expression and stays. */
const reference = /\$(?:\{([A-Za-z_]\w*)(?::\w+)?\}|([A-Za-z_]\w*))/g

/** Replaces every `$name` and `${name}`; a choice becomes a word that is whole in a regular expression. */
export function interpolate(text: string): string {
  return text.replaceAll(reference, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? ''
    return builtIn[name] ?? 'chosen'
  })
}

/** Lists the reader's choices a text depends on, without those Grafana makes itself. */
export function choicesIn(text: string): readonly string[] {
  const names = [...text.matchAll(reference)].map(([, braced, bare]) => braced ?? bare ?? '')
  return [...new Set(names)].filter((name) => !name.startsWith('__'))
}
