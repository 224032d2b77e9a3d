/** How controls read what a door shows before anybody speaks HTTP: the only place that knows the shape of that evidence. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'

const protocols = ['tls1_0', 'tls1_1', 'tls1_2', 'tls1_3'] as const

/** True for a door that was asked to shake hands. */
export function isHandshake({ kind, type }: Resource): boolean {
  return kind === 'http' && type === 'tls'
}

/** Tells whether a version of the protocol is `accepted` or `refused`. */
export function protocolOf(door: Resource, version: (typeof protocols)[number]): Attribute | undefined {
  return attributeOf(door, `protocol.${version}`)
}

/** Reads a part of the certificate: `days_left`, `key.bits`. */
export function certificatePart(door: Resource, part: string): Attribute | undefined {
  return attributeOf(door, `certificate.${part}`)
}
