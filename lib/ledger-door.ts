/** How a process reaches the ledger: on loopback by its port, elsewhere by its address and the house's certificates. */
import { ConfigError, optionalText, optionalUrl, portOf } from './config.ts'
import type { ClientTls } from './tls-fetch.ts'

const urlVariable = 'CAMPANILE_LEDGER_URL'
const caVariable = 'CAMPANILE_LEDGER_CA_FILE'

export const ledgerDoorSettings = {
  ledgerPort: portOf('ledger'),
  /** Address of a ledger on another machine; default the port on loopback. */
  ledgerUrl: optionalUrl(urlVariable, ['http:', 'https:']),
  /** Authorities of its certificate, PEM. */
  ledgerCaFile: optionalText(caVariable),
  /** Certificate to show, and its key, PEM. */
  ledgerCertFile: optionalText('CAMPANILE_LEDGER_CLIENT_CERT_FILE'),
  ledgerKeyFile: optionalText('CAMPANILE_LEDGER_CLIENT_KEY_FILE'),
}

export interface LedgerDoorGiven {
  readonly ledgerPort: number
  readonly ledgerUrl?: string | undefined
  readonly ledgerCaFile?: string | undefined
  readonly ledgerCertFile?: string | undefined
  readonly ledgerKeyFile?: string | undefined
}

export interface LedgerDoor {
  /** Base address without a trailing slash. */
  readonly url: string
  /** Present where it speaks TLS. */
  readonly tls?: ClientTls
}

/**
 * Puts together where the ledger is.
 *
 * @throws ConfigError when a token would leave this machine in the clear, or the authorities are missing
 */
export function ledgerDoorOf(given: LedgerDoorGiven): LedgerDoor {
  const { ledgerPort, ledgerUrl, ledgerCaFile: caFile, ledgerCertFile, ledgerKeyFile } = given
  const { protocol, hostname, origin } = new URL(ledgerUrl ?? `http://127.0.0.1:${ledgerPort}`)
  const isHere = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname)
  if (protocol === 'http:') {
    if (isHere) return { url: origin }
    throw fault(urlVariable, 'an address of https:, because it is not on this machine')
  }
  if (caFile === undefined) throw fault(caVariable, 'a file, because the ledger speaks TLS')
  return {
    url: origin,
    tls: {
      caFile,
      ...(ledgerCertFile === undefined ? {} : { certFile: ledgerCertFile }),
      ...(ledgerKeyFile === undefined ? {} : { keyFile: ledgerKeyFile }),
    },
  }
}

function fault(key: string, expected: string): ConfigError {
  return new ConfigError([{ source: 'environment', key, expected }])
}
