/** Refuses what a page of another site could have sent, and tells browsers what this origin may do. */
import type { RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** Middleware that puts the security headers on every answer. */
export function securityHeaders(isSecure: boolean): RequestHandler {
  const headers = {
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(isSecure ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  }
  return (_request, response, next) => {
    response.set(headers)
    next()
  }
}

/**
 * Middleware for what changes something with a cookie: `Origin` must be there and name this host, and
 * `Sec-Fetch-Site`, which pages cannot forge, must not name another site. Refuses with csrf_failed.
 */
export const sameOriginOnly: RequestHandler = ({ headers }, _response, next) => {
  const { origin, host, 'sec-fetch-site': site } = headers
  const isOwn = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  next(
    isOwn && !isForeign
      ? undefined
      : new Refusal('csrf_failed', { detail: 'expected a request of this page' }),
  )
}
