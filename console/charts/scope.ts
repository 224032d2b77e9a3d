/** Asks what there is to choose for each variable of a dashboard, in the order in which they depend on each other. */
import type { Asking, QueryApi, Range } from './answers.ts'
import { interpolate, type Scope, type Value } from './interpolate.ts'
import { chosen, labelQueryOf, listedOptions, sorted, type Variable } from './variables.ts'

/** A variable with its choices. */
export interface Choice {
  readonly variable: Variable
  readonly options: readonly string[]
  readonly value: Value
}

export interface ScopeQuestion {
  readonly variables: readonly Variable[]
  /** Chosen values by name, parted by commas. */
  readonly asked: Readonly<Record<string, string>>
  readonly range: Range
  readonly asking: Asking
}

export interface Resolved {
  readonly choices: readonly Choice[]
  /** Why choices could not be read, by variable; what is chosen holds nevertheless. */
  readonly faults: readonly string[]
}

/** Resolves the variables one after the other: the choices of one may depend on what is chosen before it. */
export async function resolveScope(
  api: QueryApi,
  { variables, asked, range, asking }: ScopeQuestion,
): Promise<Resolved> {
  const choices: Choice[] = []
  const faults: string[] = []
  for (const variable of variables) {
    const parts = { scope: scopeOf(choices), ...range, ...asking }
    const options = await optionsOf(api, variable, parts).catch((error: unknown) => {
      faults.push(`${variable.label}: ${error instanceof Error ? error.message : String(error)}`)
      return []
    })
    choices.push({ variable, options, value: chosen(variable, asked[variable.name], options) })
  }
  return { choices, faults }
}

/** Makes the scope that queries are filled from. */
export function scopeOf(choices: readonly Choice[]): Scope {
  return new Map(choices.map(({ variable, value }) => [variable.name, value]))
}

async function optionsOf(
  api: QueryApi,
  variable: Variable,
  { scope, ...asking }: { readonly scope: Scope } & Range & Asking,
): Promise<readonly string[]> {
  const listed = listedOptions(variable)
  if (listed !== undefined) return listed
  const query = labelQueryOf(variable.query)
  if (query === undefined)
    throw new Error(`the choices of ${variable.label} are asked in a way we do not know`)
  const match = query.match === undefined ? undefined : interpolate(query.match, scope)
  return sorted(await api.labelValues(query.label, match, asking), variable.sort)
}
