/** Values as the native syntax of HCL writes them; bytes as characters, as the parser counts them. */
import type { Json } from '../evidence.ts'

/** Writes a value on one line. */
export function hclText(value: Json): string {
  if (typeof value === 'string') return bytesOf(quoted(value))
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => hclText(item)).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${keyText(key)} = ${hclText(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** Writes the key of a map. */
export function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : bytesOf(quoted(key))
}

/** One character per byte of UTF-8. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** JSON's escapes are HCL's, but for the beginnings of templates. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&')
}
