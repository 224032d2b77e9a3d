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

  writeBigUInt64BE(value: bigint, at = 0): number {
    new DataView(this.buffer, this.byteOffset, this.byteLength).setBigUint64(at, value)
    return at + 8
  }

  /** Writes UTF-8 as far as there is room for whole characters; answers how many bytes. */
  write(text: string, at = 0): number {
    return encoder.encodeInto(text, this.subarray(at)).written
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
  if (encoding === 'latin1') return bytesOf(text)
  if (encoding === 'hex') return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  try {
    // One character alone holds no byte: Buffer passes over it where a text was cut, `atob` would refuse the whole.
    const end = text.length % 4 === 1 ? -1 : undefined
    return bytesOf(atob(text.slice(0, end).replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return new Uint8Array()
  }
}

/** Takes the low byte of every character. */
function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
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
  of: (...bytes: readonly number[]) => from(bytes),
  alloc,
  allocUnsafe: (length: number) => new PageBuffer(length),
  byteLength: (text: string) => encoder.encode(text).length,
  concat,
  compare,
}
