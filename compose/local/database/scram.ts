/**
 * Computes the stored form of a password for SCRAM-SHA-256 (RFC 5802, RFC 7677) in PostgreSQL's notation, so
 * that the password itself is in no statement and so in no server log.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** Iterations PostgreSQL itself uses; the generated passwords have 192 random bits and need no stretching. */
const iterations = 4_096

/**
 * Computes `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
 *
 * @param password printable ASCII, so that SASLprep changes nothing
 * @param salt 16 random bytes
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const serverKey = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`
}
