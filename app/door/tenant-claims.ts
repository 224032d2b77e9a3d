/** Finds the places in which a request names a tenant besides its token. */
import type { IncomingMessage } from 'node:http'

export type CrossingKind = 'claim' | 'header' | 'path' | 'body' | 'row' | 'setting'

/** Headers in which a client may try to choose a tenant; none of them decides anything here. */
export const tenantHeaders = ['x-tenant', 'x-tenant-id', 'x-campanile-tenant'] as const

/** Tells where a request names another tenant than `own`, or undefined where it does not. */
export function foreignTenant(
  request: Pick<IncomingMessage, 'headers' | 'url'>,
  own: string,
): CrossingKind | undefined {
  for (const name of tenantHeaders) {
    const value = request.headers[name]
    if (value !== undefined && String(value) !== own) return 'header'
  }
  const at = request.url?.indexOf('?') ?? -1
  if (at === -1) return undefined
  // The query is part of the address, hence the kind `path`.
  const named = new URLSearchParams(request.url?.slice(at)).getAll('tenant')
  return named.some((tenant) => tenant !== own) ? 'path' : undefined
}

/** Tells whether a parsed body names another tenant than `own`. */
export function isForeignBody(body: unknown, own: string): boolean {
  if (typeof body !== 'object' || body === null || !('tenant' in body)) return false
  return body.tenant !== own
}
