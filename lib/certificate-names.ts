/**
 * Who a client certificate is for. The authority that signed it is the house's own, so its names are trusted; the
 * subject's common name is not looked at (RFC 9525 §2).
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** Names of a connection without a certificate are undefined: there is nothing to compare. */
const ofSocket = new WeakMap<Socket, ReadonlySet<string> | undefined>()

/**
 * Tells whose certificate a connection has shown: of a URI name the last segment of its path
 * (`spiffe://house.example/academics`), of a DNS name the first label (`academics.house.example`).
 *
 * @returns undefined where no certificate was asked for
 */
export function certificateNames(socket: Socket): ReadonlySet<string> | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  if (!ofSocket.has(socket)) ofSocket.set(socket, readNames(socket))
  return ofSocket.get(socket)
}

function readNames(socket: TLSSocket): ReadonlySet<string> | undefined {
  // Node answers an empty object where there is none, whatever the types say.
  const { subjectaltname } = socket.getPeerCertificate() as { readonly subjectaltname?: string }
  if (!socket.authorized) return undefined
  return new Set(namesOf(subjectaltname ?? ''))
}

/** Reads the names of a subject alternative name as Node writes it: `URI:…, DNS:…`. */
export function namesOf(subjectAltName: string): string[] {
  return subjectAltName.split(', ').flatMap((entry) => {
    const [, kind, value = ''] = /^(URI|DNS):(.+)$/.exec(entry) ?? []
    // Node quotes what holds a comma or worse: no name of ours does.
    if (kind === undefined || value.startsWith('"')) return []
    const name = kind === 'URI' ? value.split('/').at(-1) : value.split('.')[0]
    return name === undefined || name === '' ? [] : [name]
  })
}
