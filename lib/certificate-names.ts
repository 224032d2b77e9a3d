/**
 * Who a client certificate is for. The authority that signed it is the house's own, so its names are trusted; the
 * subject's common name is not looked at (RFC 9525 §2).
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

export type ClientCertificate =
  | { readonly status: 'none' }
  /** One that no authority of the door has signed, or that has expired. */
  | { readonly status: 'bad' }
  | { readonly status: 'good'; readonly names: ReadonlySet<string> }

/** What a connection has shown does not change while it lasts. */
const ofSocket = new WeakMap<Socket, ClientCertificate>()

/**
 * Tells whose certificate a connection has shown: of a URI name the last segment of its path
 * (`spiffe://house.example/academics`), of a DNS name the first label (`academics.house.example`).
 */
export function certificateOf(socket: Socket): ClientCertificate {
  if (!(socket instanceof TLSSocket)) return { status: 'none' }
  const known = ofSocket.get(socket) ?? readCertificate(socket)
  ofSocket.set(socket, known)
  return known
}

function readCertificate(socket: TLSSocket): ClientCertificate {
  // Node answers an empty object where there is none, whatever the types say.
  const shown = socket.getPeerCertificate() as { readonly raw?: Buffer; readonly subjectaltname?: string }
  if (shown.raw === undefined) return { status: 'none' }
  if (!socket.authorized) return { status: 'bad' }
  return { status: 'good', names: new Set(namesOf(shown.subjectaltname ?? '')) }
}

/** Reads the names of a subject alternative name as Node writes it: `URI:…, DNS:…`. */
export function namesOf(subjectAltName: string): string[] {
  return subjectAltName.split(', ').flatMap((entry) => {
    // Node quotes and escapes what holds a comma or worse: no name of ours does, so such an entry is none.
    const [, kind, value = ''] = /^(URI|DNS):([\w.~:/-]+)$/.exec(entry) ?? []
    if (kind === undefined) return []
    const name = kind === 'URI' ? value.split('/').at(-1) : value.split('.')[0]
    return name === undefined || name === '' ? [] : [name]
  })
}
