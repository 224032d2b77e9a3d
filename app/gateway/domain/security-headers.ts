/** The headers that tell a browser what pages of this origin may do. */

export interface HeaderOptions {
  /** Where the page may send its own telemetry. */
  readonly faroOrigin: string
  /** True where the gateway stands behind TLS. */
  readonly secure: boolean
}

/** Writes the headers of every answer. Nothing is allowed that the portal does not need. */
export function securityHeaders({ faroOrigin, secure }: HeaderOptions): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${faroOrigin}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Two years (hstspreload.org asks for at least one).
    ...(secure ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  }
}
