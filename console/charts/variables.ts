/** Variables of a dashboard: what a person chose, what there is to choose, and where that is asked. Pure. */
import { fieldsIn, listIn, numberIn, textIn, valueAt } from './json.ts'
import type { Value } from './interpolate.ts'

export interface Variable {
  readonly name: string
  readonly type: string
  readonly label: string
  readonly description: string
  readonly isMulti: boolean
  readonly hasAll: boolean
  /** What All stands for in a query; without it, all that there is. */
  readonly allValue: string | undefined
  readonly query: string
  /** 0 as it comes, odd by name upwards, even downwards. */
  readonly sort: number
  /** Chosen when nobody has chosen: `$__all` among them. */
  readonly initial: readonly string[]
  /** True where a person has nothing to choose. */
  readonly isHidden: boolean
}

/** What All is called in a file and in an address. */
export const all = '$__all'

/** Reads a variable. */
export function readVariable(json: unknown): Variable {
  const { name, type, label, description, multi, includeAll, allValue, query, sort, hide } = fieldsIn(json)
  const current = valueAt(json, 'current', 'value')
  const initial = Array.isArray(current) ? listIn(current).map((value) => textIn(value)) : [textIn(current)]
  return {
    name: textIn(name),
    type: textIn(type),
    label: textIn(label, textIn(name)),
    description: textIn(description),
    isMulti: multi === true,
    hasAll: includeAll === true,
    allValue: typeof allValue === 'string' && allValue !== '' ? allValue : undefined,
    query: textIn(query),
    sort: numberIn(sort) ?? 0,
    initial: initial.filter((value) => value !== ''),
    isHidden: type === 'datasource' || type === 'constant' || numberIn(hide) === 2,
  }
}

/** Reads `label_values(metric{…}, label)`; undefined where it is something else. */
export function labelQueryOf(query: string): { label: string; match: string | undefined } | undefined {
  const inside = /^\s*label_values\(([\s\S]*)\)\s*$/.exec(query)?.[1]?.trim()
  if (inside === undefined) return undefined
  const parts = /^(?:([\s\S]+),)?\s*([a-zA-Z_]\w*)$/.exec(inside)
  const label = parts?.[2]
  return label === undefined ? undefined : { label, match: parts?.[1]?.trim() }
}

/** Reads the choices a file lists itself: `a,b,c`. */
export function listedOptions({ type, query }: Variable): readonly string[] | undefined {
  if (type === 'query') return undefined
  if (type === 'custom') {
    return query
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '')
  }
  return query === '' ? [] : [query]
}

/** Puts choices in the order a variable wants, each once. */
export function sorted(options: readonly string[], sort: number): readonly string[] {
  const once = [...new Set(options)].filter((value) => value !== '')
  if (sort === 0) return once
  const inOrder = once.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  return sort % 2 === 0 ? inOrder.reverse() : inOrder
}

/**
 * Tells what is chosen. An address may name what no longer exists: that is kept, so that a link to a tenant
 * that is silent shows nothing rather than everybody.
 */
export function chosen(variable: Variable, asked: string | undefined, options: readonly string[]): Value {
  const values = asked === undefined ? variable.initial : valuesIn(asked)
  const isAll = variable.hasAll && (values.includes(all) || values.length === 0)
  const picked = variable.isMulti ? values : values.slice(0, 1)
  const only = picked.length === 0 ? options.slice(0, 1) : picked
  return {
    values: isAll ? options : only,
    isAll,
    // Where nobody knows what there is, All is whatever there is.
    allValue: variable.allValue ?? (options.length === 0 ? '.*' : undefined),
    isPattern: variable.isMulti || variable.hasAll,
  }
}

/** Reads the values of one variable as the page hands them over: parted by commas. */
export function valuesIn(text: string): readonly string[] {
  return text.split(',').filter((value) => value !== '')
}
