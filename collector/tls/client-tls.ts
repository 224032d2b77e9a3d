/** TLS of what sends: whom it believes, as whom it comes, read again while it runs. */
import { getCACertificates, type SecureContextOptions } from 'node:tls'
import type { ClientTls } from '../config/blocks/tls.ts'
import { readAuthorities, readOwn } from './material.ts'

/** What connections are made with. */
export type SecureOptions = SecureContextOptions & {
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

export interface ClientTlsOptions {
  /** The path of the TLS keys in the configuration. */
  readonly at: string
  /** Told of changed files that cannot be used; what was read before stays. */
  readonly onFault: (error: unknown) => void
  readonly now: () => number
}

/**
 * Reads what connections are made with, and answers what to ask before each: another object where files have changed,
 * looked at when `reload_interval` has passed.
 *
 * @throws CollectorError TLS_UNUSABLE
 */
export function openClientTls(tls: ClientTls, { at, onFault, now }: ClientTlsOptions): () => SecureOptions {
  let current = readClient(tls, at)
  let lookedAt = now()
  return () => {
    if (tls.reloadInterval === undefined || now() - lookedAt < tls.reloadInterval) return current
    lookedAt = now()
    try {
      const found = readClient(tls, at)
      if (JSON.stringify(found) !== JSON.stringify(current)) current = found
    } catch (error) {
      onFault(error)
    }
    return current
  }
}

function readClient(tls: ClientTls, at: string): SecureOptions {
  const named = readAuthorities(`${at}.ca`, tls.caFile, tls.caPem)
  return {
    ...readOwn(tls, at),
    ...authoritiesOf(named, tls.includeSystemCaCertsPool),
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
    ...(tls.serverNameOverride === undefined ? {} : { servername: tls.serverNameOverride }),
  }
}

/** As upstream the system's; the runtime's own where the system has none. */
function authoritiesOf(named: readonly string[] | undefined, addsSystem: boolean): { ca?: string[] } {
  if (named !== undefined && !addsSystem) return { ca: [...named] }
  const system = getCACertificates('system')
  const known = system.length > 0 ? system : getCACertificates('default')
  return { ca: [...known, ...(named ?? [])] }
}
