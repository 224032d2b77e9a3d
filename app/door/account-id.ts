/** Names an account by its e-mail, so that whoever lays out demo data can refer to it before it exists. */
import { createHash } from 'node:crypto'

/** Namespace of account ids; made once at random, never changes. */
const namespace = Buffer.from('6f0d3c0b5a5e4b0f9d6c2a7e41b8d913', 'hex')

/** Derives the account's UUID from its e-mail, in any case (RFC 9562 §5.5, version 5). */
export function accountId(email: string): string {
  const digest = createHash('sha1').update(namespace).update(email.trim().toLowerCase()).digest()
  // A SHA-1 digest has 20 bytes; 6 carries the version and 8 the variant.
  digest[6] = (digest[6]! & 0x0f) | 0x50
  digest[8] = (digest[8]! & 0x3f) | 0x80
  const hex = digest.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
