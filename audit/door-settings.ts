/** What the ledger's door is given: where it listens, how it is secured, and which tokens it takes. */
import { defaultTokenSeconds, maxTokenSeconds } from '../contracts/ledger-token.ts'
import { ServiceTokens } from '../contracts/service-token.ts'
import { choice, ConfigError, integer, jsonFile, optionalText, portOf, text } from '../lib/config.ts'
import type { TlsFiles } from '../lib/tls.ts'

const certVariable = 'CAMPANILE_LEDGER_TLS_CERT_FILE'
const keyVariable = 'CAMPANILE_LEDGER_TLS_KEY_FILE'
const clientCaVariable = 'CAMPANILE_LEDGER_CLIENT_CA_FILE'
const clientVariable = 'CAMPANILE_LEDGER_CLIENT_CERTIFICATES'

/** Who shows a certificate: everybody, only programs beside people, or nobody. */
export const clientCertificates = ['required', 'services', 'none'] as const

export const doorSettings = {
  port: portOf('ledger'),
  /** Address to listen on; any but loopback takes TLS. */
  host: text('CAMPANILE_LEDGER_HOST', '127.0.0.1'),
  /** Certificate of the door with what leads to its authority, and its key, PEM. */
  certFile: optionalText(certVariable),
  keyFile: optionalText(keyVariable),
  /** Authorities of client certificates, PEM. */
  clientCaFile: optionalText(clientCaVariable),
  /** Default required away from loopback; nothing is asked on loopback without authorities. */
  clientCertificates: choice(clientVariable, clientCertificates, 'required'),
  tokens: jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens),
  /** Life of a short-lived token for which nobody asks otherwise, and the longest of any but an auditor's. */
  tokenSeconds: integer('CAMPANILE_TOKEN_SECONDS', {
    min: 60,
    max: maxTokenSeconds,
    fallback: defaultTokenSeconds,
  }),
}

export interface DoorPlace {
  readonly host: string
  /** True where others than this machine can reach it. */
  readonly isRemote: boolean
  readonly tls?: TlsFiles
  readonly clientCertificates: (typeof clientCertificates)[number]
}

export interface DoorGiven {
  readonly host: string
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  readonly clientCaFile: string | undefined
  readonly clientCertificates: (typeof clientCertificates)[number]
}

/**
 * Puts together where the door is and how it is secured.
 *
 * @throws ConfigError with what a door away from loopback lacks, or half a pair of files
 */
export function doorPlace(given: DoorGiven): DoorPlace {
  const { host, certFile, keyFile, clientCaFile } = given
  const isRemote = !/^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host)
  const wantsTls = isRemote || certFile !== undefined || keyFile !== undefined || clientCaFile !== undefined
  const wantsCa = isRemote && given.clientCertificates !== 'none'
  const lacking = [
    ...(wantsTls && certFile === undefined ? [certVariable] : []),
    ...(wantsTls && keyFile === undefined ? [keyVariable] : []),
    ...(wantsCa && clientCaFile === undefined ? [clientCaVariable] : []),
  ]
  if (lacking.length > 0) {
    const expected = isRemote ? `a file, because the door is at ${host}` : 'a file beside the others of TLS'
    throw new ConfigError(lacking.map((key) => ({ source: 'environment', key, expected })))
  }
  const asked = clientCaFile === undefined ? 'none' : given.clientCertificates
  if (certFile === undefined || keyFile === undefined) return { host, isRemote, clientCertificates: 'none' }
  const tls = {
    certFile,
    keyFile,
    ...(asked === 'none' || clientCaFile === undefined ? {} : { clientCaFile }),
  }
  return { host, isRemote, tls, clientCertificates: asked }
}
