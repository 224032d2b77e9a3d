/** HMAC-SHA-256 (RFC 2104) by two hashes of prepared blocks: a third of what an Hmac object costs a short text. */
import { hash, type KeyObject } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32

interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const padsOf = new WeakMap<KeyObject, Pads>()

/**
 * Hashes a text under a key.
 *
 * @param key secret key of at most 64 bytes
 */
export function keyedHash(key: KeyObject, text: string): Buffer {
  let pads = padsOf.get(key)
  if (pads === undefined) {
    pads = makePads(key.export())
    padsOf.set(key, pads)
  }
  const length = Buffer.byteLength(text)
  const message = Buffer.allocUnsafe(blockBytes + length)
  message.set(pads.inner)
  message.write(text, blockBytes)
  const envelope = Buffer.allocUnsafe(blockBytes + digestBytes)
  envelope.set(pads.outer)
  envelope.write(hash('sha256', message, 'binary'), blockBytes, 'latin1')
  return Buffer.from(hash('sha256', envelope, 'binary'), 'latin1')
}

function makePads(key: Buffer): Pads {
  const block = (byte: number) => {
    const pad = Buffer.alloc(blockBytes, byte)
    key.forEach((value, at) => (pad[at] = value ^ byte))
    return pad
  }
  return { inner: block(0x36), outer: block(0x5c) }
}
