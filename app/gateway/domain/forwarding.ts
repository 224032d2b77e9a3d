/**
 * What passes through the gateway. Both lists name what may pass, so hop-by-hop headers (RFC 9110 §7.6.1),
 * cookies, and headers by which a client might pose as a proxy, a user or a tenant need no list of their own.
 */

const towardsService = [
  'accept',
  'accept-language',
  'authorization',
  'content-type',
  'if-match',
  'if-none-match',
  'x-access-reason',
] as const

const towardsClient = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'vary',
  'www-authenticate',
] as const

/** Picks the request headers a service may see. */
export function requestHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of towardsService) {
    const value = headers[name]
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

/** Picks the response headers a client may see. */
export function responseHeaders(headers: Pick<Headers, 'get'>): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of towardsClient) {
    const value = headers.get(name)
    if (value !== null) picked[name] = value
  }
  return picked
}

/** Paths of a service that are not for clients. */
const closed = new Set(['internal', 'faults', 'metrics', 'health', 'api', ''])

/**
 * Writes the address at a service for the rest of a client's path, or undefined when it is not for clients.
 *
 * @param base `http://127.0.0.1:8002`
 * @param rest path and query after the service's prefix, attacker-controlled
 */
export function serviceAddress(base: string, rest: string): string | undefined {
  if (!rest.startsWith('/') || !URL.canParse(base + rest)) return undefined
  // The URL parser resolves dot segments, however they are written, so the check sees what the service will.
  const address = new URL(base + rest)
  const [, first = ''] = address.pathname.split('/')
  if (address.origin !== base || closed.has(first.toLowerCase())) return undefined
  return address.href
}
