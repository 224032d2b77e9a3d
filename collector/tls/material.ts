/** Reads certificates, keys and authorities as TLS keys of the configuration name them; a fault names the key and the file. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContextOptions } from 'node:tls'
import { messageOf } from '../../lib/errors.ts'
import type { ClientTls, ServerTls } from '../config/blocks/tls.ts'
import { CollectorError } from '../errors.ts'

/** Where material comes from: a file or text of the configuration, and the key that says so. */
interface Source {
  readonly key: string
  readonly file?: string | undefined
  readonly pem?: string | undefined
}

/**
 * Reads the own certificate with its key, where there is one, and the versions.
 *
 * @param at the path of the TLS keys in the configuration
 * @throws CollectorError TLS_UNUSABLE
 */
export function readOwn(tls: ClientTls | ServerTls, at: string): SecureContextOptions {
  const versions: SecureContextOptions = {
    minVersion: `TLSv${tls.minVersion}`,
    ...(tls.maxVersion === undefined ? {} : { maxVersion: `TLSv${tls.maxVersion}` }),
  }
  const certSource = sourceOf(`${at}.cert`, tls.certFile, tls.certPem)
  const keySource = sourceOf(`${at}.key`, tls.keyFile, tls.keyPem)
  const cert = textOf(certSource)
  const key = textOf(keySource)
  if (cert === undefined || key === undefined) return versions
  const certificate = checked(certSource, () => new X509Certificate(cert))
  checked(certSource, () => {
    if (Date.parse(certificate.validTo) <= Date.now())
      throw new Error(`found a certificate that ended ${certificate.validTo}`)
  })
  checked(keySource, () => {
    if (!certificate.checkPrivateKey(createPrivateKey(key)))
      throw new Error('found the key of another certificate')
  })
  return { ...versions, cert, key }
}

/**
 * Reads authorities; undefined where none are named.
 *
 * @param key the path of the key in the configuration, without `_file` or `_pem`
 * @throws CollectorError TLS_UNUSABLE
 */
export function readAuthorities(
  key: string,
  file: string | undefined,
  pem?: string,
): readonly string[] | undefined {
  const found = [sourceOf(key, file, undefined), sourceOf(key, undefined, pem)].flatMap((source) => {
    const text = textOf(source)
    if (text === undefined) return []
    return checked(source, () => {
      const each = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
      if (each === null) throw new Error('found no certificate')
      // One that does not parse would be left out, and nobody told.
      for (const certificate of each) void new X509Certificate(certificate)
      return each
    })
  })
  return found.length === 0 ? undefined : found
}

function sourceOf(key: string, file: string | undefined, pem: string | undefined): Source {
  return file === undefined ? { key: `${key}_pem`, pem } : { key: `${key}_file`, file }
}

function textOf(source: Source): string | undefined {
  const { file, pem } = source
  return file === undefined ? pem : checked(source, () => readFileSync(file, 'utf8'))
}

/** @throws CollectorError TLS_UNUSABLE with the key and the file, never the text */
function checked<T>({ key, file }: Source, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const place = file === undefined ? key : `${key} ${file}`
    throw new CollectorError('TLS_UNUSABLE', `${place}: ${messageOf(cause)}`, { cause })
  }
}
