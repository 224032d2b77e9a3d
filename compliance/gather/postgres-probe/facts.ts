/** What the texts of functions, views and policies say about tenants; pure. Whoever owns the schema wrote them. */

export interface FunctionRow {
  readonly role: string
  readonly name: string
  readonly security_definer: boolean
  readonly owner_is_above: boolean
  readonly owner: string
  readonly returns_rows: boolean
  readonly body: string
}

export interface OwnedTable {
  /** `schema.table`. */
  readonly name: string
  readonly owner: string
  readonly row_security: boolean
  readonly force_row_security: boolean
}

const settingPattern = /\bcurrent_setting\s*\(\s*'([^']{1,128})'/gi

/** Lists the settings that texts of policies and functions read, each once. */
export function settingsReadIn(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => [...text.matchAll(settingPattern)].map(([, name = '']) => name))
  return [...new Set(names)].filter((name) => /^[a-z_][\w]*(?:\.[a-z_]\w*)+$/i.test(name)).sort()
}

const castPattern =
  /\bcurrent_setting\s*\(\s*'([^']{1,128})'[^()]{0,40}\)(?:\s*,\s*''(?:::text)?\s*\)|\s*\)){0,8}\s*::\s*"?([a-z_]\w{0,60})/gi

/** Tells which type each setting is cast to, as in `(current_setting('app.tenant'::text))::uuid`; undefined where to none. */
export function settingTypes(
  texts: readonly string[],
  settings: readonly string[],
): ReadonlyMap<string, string | undefined> {
  const types = new Map<string, string | undefined>(settings.map((name) => [name, undefined]))
  for (const text of texts) {
    for (const [, name = '', type = ''] of text.matchAll(castPattern)) {
      if (types.has(name) && types.get(name) === undefined) types.set(name, type.toLowerCase())
    }
  }
  return types
}

/** True for a text that asks for one of the settings. */
export function readsSetting(text: string, settings: readonly string[]): boolean {
  return settingsReadIn([text]).some((name) => settings.includes(name))
}

const sessionPattern =
  /\bset_config\s*\(\s*'([^']{1,128})'\s*,[^;]{0,400}?,\s*false\s*\)|\bset\s+(?:session\s+)?(?!local\b)([a-z_]\w*\.[a-z_]\w*)\s*(?:=|\bto\b)/gi

/** True for a text that gives one of the settings a value that outlives the transaction. */
export function setsForSession(text: string, settings: readonly string[]): boolean {
  return [...text.matchAll(sessionPattern)].some(([, called, written]) =>
    settings.includes((called ?? written ?? '').toLowerCase()),
  )
}

const wordPattern = /[a-z_][\w$]*(?:\.[a-z_][\w$]*)?/gi

/**
 * Tells which tables with tenants a function reads with more rights than its caller has, and without asking for the
 * tenant: a function of somebody whom row-level security does not bind.
 */
export function tablesAround(
  { security_definer, owner_is_above, owner, returns_rows, body }: FunctionRow,
  tables: readonly OwnedTable[],
  settings: readonly string[],
): string[] {
  if (!security_definer || !returns_rows) return []
  if (readsSetting(body, settings) || /\bset_config\s*\(/i.test(body)) return []
  const words = new Set((body.match(wordPattern) ?? []).map((word) => word.toLowerCase()))
  const isNamed = (name: string) => words.has(name) || words.has(name.slice(name.indexOf('.') + 1))
  return tables
    .filter(({ name }) => isNamed(name.toLowerCase()))
    .filter(
      (table) =>
        owner_is_above || !table.row_security || (table.owner === owner && !table.force_row_security),
    )
    .map(({ name }) => name)
}

/** True for a default that names one tenant, whoever writes the row. */
export function isConstant(expression: string | null): boolean {
  if (expression === null) return false
  return /^\(?(?:'(?:[^']|'')*'|-?\d+)\)?(?:::[\w ."[\]()]+)?$/.test(expression.trim())
}
