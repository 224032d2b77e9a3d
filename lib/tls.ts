/**
 * The certificate of a door and whom it lets in: read from files, checked before they are used, and read again when
 * they change, because certificates are renewed while a process runs.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Server, ServerOptions } from 'node:https'
import { CodedError, messageOf } from './errors.ts'

export interface TlsFiles {
  /** Certificate with whatever leads to its authority, PEM. */
  readonly certFile: string
  /** Its private key, PEM. */
  readonly keyFile: string
  /** Authorities of client certificates, PEM; without it none is asked for. */
  readonly clientCaFile?: string
}

export interface DoorTls {
  readonly files: TlsFiles
  /** True: who shows no certificate of the authorities is not spoken to. False: the routes decide. */
  readonly isClientRequired: boolean
  /** Told when the certificate ends, milliseconds since the epoch: at first and after each change. */
  readonly onLoaded?: (notAfter: number) => void
  /** Told of changed files that cannot be used; the door goes on with what it had. */
  readonly onFailed?: (error: unknown) => void
  /** Pause between two looks at the files, in milliseconds. Default 5 000. */
  readonly everyMillis?: number
}

/** How a server is secured where its certificate does not come out of a door's files. */
export interface ServerSecurity {
  /** Reads what the server is made with. */
  readonly read: () => ServerOptions
  /** Gives the server anew what has changed since; answers what ends that. */
  readonly follow: (server: Pick<Server, 'setSecureContext'>) => () => void
}

export class TlsError extends CodedError<'TLS_FILES_UNUSABLE'> {}

/** TLS 1.3, and of 1.2 only what has forward secrecy and authenticated encryption (RFC 9325 §4.2). */
export const serverProtocol = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  honorCipherOrder: true,
} as const satisfies ServerOptions

/**
 * Reads what a server is made with.
 *
 * @throws TlsError when a file is missing, does not parse, has expired, or key and certificate do not fit
 */
export async function readTls({ files, isClientRequired, onLoaded }: DoorTls): Promise<ServerOptions> {
  const { certFile, keyFile, clientCaFile } = files
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)])
    const ca = clientCaFile === undefined ? undefined : await readFile(clientCaFile)
    const certificate = new X509Certificate(cert)
    const notAfter = Date.parse(certificate.validTo)
    if (notAfter <= Date.now()) throw new Error(`found a certificate that ended ${certificate.validTo}`)
    if (!certificate.checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key is of another certificate')
    // An authority that does not parse would let nobody in, and say so to nobody.
    if (ca !== undefined) void new X509Certificate(ca)
    onLoaded?.(notAfter)
    const client = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: isClientRequired }
    return { ...serverProtocol, cert, key, ...client }
  } catch (cause) {
    throw new TlsError('TLS_FILES_UNUSABLE', `the door's certificate: ${messageOf(cause)}`, { cause })
  }
}

/** Gives a server its certificate anew whenever a file changes; answers what ends that. */
export function followTls(server: Server, tls: DoorTls): () => void {
  const { certFile, keyFile, clientCaFile } = tls.files
  const files = [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])]
  let turn = Promise.resolve()
  const reload = () => {
    turn = turn
      .then(async () => server.setSecureContext(await readTls(tls)))
      .catch((error: unknown) => tls.onFailed?.(error))
  }
  // Not `watch`: files that are replaced by renaming, or through a link, are lost to it.
  const interval = tls.everyMillis ?? 5_000
  for (const file of files) watchFile(file, { interval, persistent: false }, reload)
  return () => {
    for (const file of files) unwatchFile(file, reload)
  }
}
