/**
 * What a door of `https:` shows before anybody speaks HTTP, as one resource `tls`: `protocol.{tls1_0,tls1_1,tls1_2,
 * tls1_3}` (`accepted` or `refused`), `negotiated.{protocol,cipher,alpn}`, `ocsp_stapled`, and `certificate.{is_trusted,
 * error,is_complete,matches_name,valid_from,valid_to,days_left,subject_alt_names,signature,key.{type,bits,curve}}`.
 * A handshake that is refused says so by an alert; silence proves nothing. Whoever runs the door controls the answer.
 */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { checkServerIdentity, connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { systemCodeOf } from '../../lib/errors.ts'
import type { Json, Position } from '../evidence.ts'
import type { LiveDoor } from './http.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

interface TlsOptions {
  /** Longest wait for one handshake, in milliseconds. */
  readonly timeoutMillis: number
  readonly nowMillis: number
}

type Version = NonNullable<ConnectionOptions['minVersion']>

const versions: readonly (readonly [string, Version])[] = [
  ['tls1_0', 'TLSv1'],
  ['tls1_1', 'TLSv1.1'],
  ['tls1_2', 'TLSv1.2'],
  ['tls1_3', 'TLSv1.3'],
]

type Shaken =
  | { readonly state: 'accepted'; readonly shown: Json }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'silent'; readonly why: string }

/** Shakes hands once as browsers do and once in each version of the protocol; never throws. */
export async function gatherTls(door: LiveDoor, { timeoutMillis, nowMillis }: TlsOptions): Promise<Gathered> {
  const position: Position = { file: door.url, startLine: 1, endLine: 1 }
  const url = new URL(door.url)
  const shake = (options: ConnectionOptions) => shakeHands(url, options, { timeoutMillis, nowMillis })
  const first = await shake({ ALPNProtocols: ['h2', 'http/1.1'], requestOCSP: true })
  const found: [string, Value][] = []
  for (const [name, version] of versions) {
    found.push([name, protocolValue(await shake(exactly(version)), first)])
  }
  const value: Value =
    first.state === 'accepted'
      ? withProtocols(valueOfJson(first.shown), found, door.url)
      : { kind: 'unknown', why: first.why }
  const identity = {
    kind: 'http',
    type: 'tls',
    name: door.name,
    address: `tls.${door.name}`,
    position,
  } as const
  // That the door does not answer is said by its own resource.
  return { resources: [{ ...identity, attributes: flatten(value, position) }], faults: [] }
}

/** Old versions need ciphers and keys that OpenSSL would not speak by itself. */
function exactly(version: Version): ConnectionOptions {
  return { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }
}

function withProtocols(value: Value, found: readonly [string, Value][], url: string): Value {
  const protocols: Value = { kind: 'map', entries: new Map(found) }
  const shown = value.kind === 'map' ? value.entries : []
  return { kind: 'map', entries: new Map([['url', valueOfJson(url)], ...shown, ['protocol', protocols]]) }
}

/** A door that shakes hands otherwise and hangs up here has refused. */
function protocolValue(shaken: Shaken, first: Shaken): Value {
  if (shaken.state === 'accepted') return valueOfJson('accepted')
  if (shaken.state === 'refused' && first.state === 'accepted') return valueOfJson('refused')
  return { kind: 'unknown', why: shaken.why }
}

function shakeHands(url: URL, options: ConnectionOptions, limits: TlsOptions): Promise<Shaken> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    let isStapled = false
    let socket: TLSSocket
    try {
      socket = connect({
        host,
        port: Number(url.port === '' ? 443 : url.port),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // A certificate that proves nothing is a finding, not a reason to see nothing.
        rejectUnauthorized: false,
        timeout: limits.timeoutMillis,
        ...options,
      })
    } catch (error) {
      resolve({ state: 'silent', why: `cannot be asked: ${systemCodeOf(error) ?? 'unknown error'}` })
      return
    }
    const timer = setTimeout(
      () => end({ state: 'silent', why: 'does not answer in time' }),
      limits.timeoutMillis,
    )
    const end = (shaken: Shaken) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(shaken)
    }
    socket.on('OCSPResponse', (response: Buffer | null) => (isStapled = (response?.length ?? 0) > 0))
    socket.on('error', (error: Error) => end(refusalOf(error)))
    socket.on('close', () => end({ state: 'refused', why: 'hangs up before the handshake is done' }))
    socket.on('secureConnect', () =>
      end({ state: 'accepted', shown: shownBy(socket, { host, isStapled, nowMillis: limits.nowMillis }) }),
    )
  })
}

/** An alert of the other side is a refusal; what fails on this side says nothing about the door. */
function refusalOf(error: Error): Shaken {
  const code = systemCodeOf(error) ?? error.name
  const why = `the handshake fails: ${code}`
  return /ALERT|^ECONNRESET$|^EPROTO$|WRONG_VERSION_NUMBER/.test(code)
    ? { state: 'refused', why }
    : { state: 'silent', why }
}

interface Handshake {
  readonly host: string
  readonly isStapled: boolean
  readonly nowMillis: number
}

function shownBy(socket: TLSSocket, { host, isStapled, nowMillis }: Handshake): Json {
  const peer = socket.getPeerCertificate()
  const { alpnProtocol, authorized, authorizationError } = socket
  // Node gives the code as text, though its type says Error.
  const error = authorized ? '' : String(authorizationError)
  const negotiated = {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    alpn: alpnProtocol === false || alpnProtocol === null ? '' : alpnProtocol,
  }
  if (peer.raw === undefined) return { negotiated, ocsp_stapled: isStapled }
  const certificate = new X509Certificate(peer.raw)
  return {
    negotiated,
    ocsp_stapled: isStapled,
    certificate: {
      is_trusted: authorized || error === 'ERR_TLS_CERT_ALTNAME_INVALID',
      error,
      is_complete: !/UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/.test(error),
      matches_name: checkServerIdentity(host, peer) === undefined,
      valid_from: certificate.validFromDate.toISOString(),
      valid_to: certificate.validToDate.toISOString(),
      days_left: Math.floor((certificate.validToDate.getTime() - nowMillis) / 86_400_000),
      subject_alt_names: certificate.subjectAltName ?? '',
      signature: certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid,
      key: keyOf(certificate),
    },
  }
}

function keyOf({ publicKey }: X509Certificate): Json {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  return {
    type: publicKey.asymmetricKeyType ?? '',
    ...(modulusLength === undefined ? {} : { bits: modulusLength }),
    ...(namedCurve === undefined ? {} : { curve: namedCurve }),
  }
}
