/** Values as text. */
import type { Json } from '../evidence.ts'

/** Writes a value as text: a text as it is, everything else as JSON; what is not there as nothing. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
