/** The services that a stream selector of a logs panel names: all that the console's own store can be asked by. Pure. */

/**
 * Reads the services out of `{service_name=~"a|b"}`; undefined for all of them. A pattern beyond a list of names,
 * such as `.+`, is all of them as well.
 */
export function servicesIn(selector: string): readonly string[] | undefined {
  const parts = /\bservice(?:_name)?\s*(=~|=)\s*"((?:[^"\\]|\\.)*)"/.exec(selector)
  const [, operator, text = ''] = parts ?? []
  if (operator === undefined) return undefined
  const names = text.replace(/^\(([\s\S]*)\)$/, '$1').split('|')
  return names.every((name) => /^[a-z][a-z0-9_-]*$/.test(name)) ? names : undefined
}
