/**
 * What `audit/log/` uses of Node's Buffer, over a plain Uint8Array, so that the same code runs in a browser. The
 * bundler puts it in Buffer's place. Encodings are those that are used: utf8, hex, base64, base64url, latin1.
 */
type Encoding = 'utf8' | 'hex' | 'base64' | 'base64url' | 'latin1'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const chunk = 8_192

class PageBuffer extends Uint8Array {
  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0
  }

  // Node's own takes the same arguments.
  override toString(encoding: Encoding = 'utf8', start = 0, end = this.length): string {
    const part = this.subarray(start, end)
    if (encoding === 'utf8') return decoder.decode(part)
    if (encoding === 'hex') return Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('')
    const binary = binaryOf(part)
    if (encoding === 'latin1') return binary
    const text = btoa(binary)
    return encoding === 'base64' ? text : text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  }

  readUInt16BE(at: number): number {
    return ((this[at] ?? 0) << 8) | (this[at + 1] ?? 0)
  }

  readBigUInt64BE(at = 0): bigint {
    return new DataView(this.buffer, this.byteOffset, this.byteLength).getBigUint64(at)
  }
}

function binaryOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += chunk) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunk))
  }
  return text
}

/** Decodes as Buffer does: what is no text of the encoding gives other bytes, and callers compare. */
function decode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf8') return encoder.encode(text)
  if (encoding === 'latin1') return Uint8Array.from(text, (character) => character.charCodeAt(0))
  if (encoding === 'hex') return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

function from(value: string | ArrayLike<number>, encoding: unknown = 'utf8'): PageBuffer {
  // Callers name one of these; of Uint8Arrays the second argument is absent.
  const bytes = typeof value === 'string' ? decode(value, encoding as Encoding) : value
  const buffer = new PageBuffer(bytes.length)
  buffer.set(bytes)
  return buffer
}

function alloc(length: number, fill: number | string = 0): PageBuffer {
  const buffer = new PageBuffer(length)
  buffer.fill(typeof fill === 'string' ? fill.charCodeAt(0) : fill)
  return buffer
}

function concat(parts: readonly Uint8Array[]): PageBuffer {
  const buffer = new PageBuffer(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    buffer.set(part, at)
    at += part.length
  }
  return buffer
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(a.length - b.length)
}

/** Stands where the global of Node does. */
export const Buffer = {
  from,
  alloc,
  allocUnsafe: (length: number) => new PageBuffer(length),
  concat,
  compare,
}
