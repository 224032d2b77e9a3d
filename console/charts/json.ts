/** Reads values out of JSON whose shape nobody has checked: what is missing or of another kind is a default. Pure. */

export type Fields = Readonly<Record<string, unknown>>

/** Reads an object; everything else is an empty one. */
export function fieldsIn(value: unknown): Fields {
  // An object that is no array has string keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

/** Reads a list; everything else is an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Reads a text. */
export function textIn(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}

/** Reads a finite number; everything else is undefined. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Follows names into nested objects. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => fieldsIn(found)[name], value)
}
