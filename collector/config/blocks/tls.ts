/** TLS keys, as upstream's `configtls` names them. */
import type { Report } from '../component.ts'
import { block, defaulted, optional, type Settings, titled } from '../shape.ts'
import { duration, flag, name, oneOf, text } from '../values.ts'

const versions = oneOf('1.2', '1.3')

const own = {
  cert_file: optional(name, 'Own certificate chain, a PEM file.'),
  cert_pem: optional(text, 'Own certificate chain as PEM text.'),
  key_file: optional(name, 'Key of the own certificate, a PEM file.'),
  key_pem: optional(text, 'Key of the own certificate as PEM text.'),
  min_version: defaulted(versions, '1.2', 'Oldest TLS version that is spoken.'),
  max_version: optional(versions, 'Newest TLS version that is spoken.'),
  reload_interval: optional(duration, 'How often the files are read again; never if absent.'),
}

const refused = {
  cipher_suites: 'leave it out, and set min_version: the safe suites of the version are used',
  curve_preferences: 'leave it out: the curves of the runtime are used',
  tpm: 'key_file with mode 0600',
}

export const serverTls = titled(
  'TLS of a server',
  block(
    {
      ...own,
      client_ca_file: optional(name, 'Authorities whose client certificates are required and accepted.'),
    },
    {
      ...refused,
      ca_file: 'client_ca_file',
      ca_pem: 'client_ca_file',
      include_system_ca_certs_pool: 'client_ca_file with all authorities in it',
      client_ca_file_reload: 'reload_interval',
    },
  ),
)
export type ServerTls = Settings<typeof serverTls>

export const clientTls = titled(
  'TLS of a client',
  block(
    {
      ...own,
      ca_file: optional(
        name,
        'Authorities the server is checked against, a PEM file; the system’s if absent.',
      ),
      ca_pem: optional(text, 'Authorities the server is checked against as PEM text.'),
      include_system_ca_certs_pool: defaulted(flag, false, 'Adds the system’s authorities to the own ones.'),
      insecure: defaulted(flag, false, 'Speaks without TLS; for gRPC and addresses without a scheme.'),
      insecure_skip_verify: defaulted(flag, false, 'Speaks TLS and believes every certificate.'),
      server_name_override: optional(name, 'Name that is asked for and checked instead of the host.'),
    },
    refused,
  ),
)
export type ClientTls = Settings<typeof clientTls>

/** Reports certificates without key, both ways of giving one, and versions out of order. */
export function checkTls(tls: ServerTls | ClientTls | undefined, at: string, report: Report): void {
  if (tls === undefined) return
  const hasCertificate = tls.certFile !== undefined || tls.certPem !== undefined
  const hasKey = tls.keyFile !== undefined || tls.keyPem !== undefined
  if (hasCertificate !== hasKey) report(at, 'a certificate and its key, or neither')
  if (tls.certFile !== undefined && tls.certPem !== undefined)
    report(`${at}/cert_pem`, 'either cert_file or cert_pem')
  if (tls.keyFile !== undefined && tls.keyPem !== undefined)
    report(`${at}/key_pem`, 'either key_file or key_pem')
  if (tls.maxVersion === '1.2' && tls.minVersion === '1.3')
    report(`${at}/max_version`, 'a version not below min_version')
}

/** Reports a server without certificate. */
export function checkServerTls(tls: ServerTls | undefined, at: string, report: Report): void {
  checkTls(tls, at, report)
  if (tls !== undefined && tls.certFile === undefined && tls.certPem === undefined)
    report(at, 'cert_file and key_file')
}
