/** Pseudonyms under keys that are nobody's. */
import { createHmac } from 'node:crypto'
import { createPseudonyms, type Hmac } from '../../privacy/pseudonym.ts'

export const hmac: Hmac = (key, text) => createHmac('sha256', key).update(text).digest('hex')

/** A key of one byte, again and again. */
export const keyOf = (byte: number): Uint8Array => Buffer.alloc(32, byte)

export const testPseudonyms = createPseudonyms({ current: keyOf(7) }, hmac)
