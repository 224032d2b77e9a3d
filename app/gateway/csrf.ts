/**
 * The signed double-submit token (OWASP CSRF Prevention Cheat Sheet): bound to the session by HMAC, so that
 * neither a cookie planted by a neighbouring host nor one of another session passes.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Csrf {
  readonly issue: (session: string) => string
  /** Tells whether header and cookie carry the one token of the session. */
  readonly isValid: (
    session: string,
    shown: { header: string | undefined; cookie: string | undefined },
  ) => boolean
}

/** Opens the token under a key of 32 bytes. */
export function openCsrf(key: Uint8Array): Csrf {
  const issue = (session: string) =>
    createHmac('sha256', key).update(`campanile/csrf/v1\0${session}`).digest('base64url')
  return {
    issue,
    isValid: (session, { header, cookie }) => {
      const expected = issue(session)
      return isSame(expected, header) && isSame(expected, cookie)
    },
  }
}

function isSame(expected: string, shown: string | undefined): boolean {
  if (shown === undefined || shown.length !== expected.length) return false
  const bytes = Buffer.from(shown)
  return bytes.length === expected.length && timingSafeEqual(Buffer.from(expected), bytes)
}
