/** How controls read what nginx limits and passes on: zones with their rates, and where requests go. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

const passing = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'grpc_pass', 'scgi_pass'] as const

/** True for a location that hands requests on to an application. */
export function passesOn(location: Resource): boolean {
  return passing.some((name) => attributeOf(location, name) !== undefined)
}

/** Says why more may hold in a block than is written; undefined when all of it was read. */
export function whyOpen(block: Resource): string | undefined {
  const open = block.attributes.get('*') ?? block.attributes.get('')
  return open?.known === false ? open.why : undefined
}

/** Reads what a location matches: `/api/`, `= /health`, `~ ^/v\d`. */
export function matchOf(location: Resource): string {
  return textOf(knownValueOf(location, 'match')) || location.name
}

export interface Limit {
  readonly zone: string
  /** Undefined where the zone is declared nowhere that was read. */
  readonly perMinute: number | undefined
  readonly key: string
}

/** Lists the limits on requests that hold in a block. */
export function limitsOf(block: Resource): readonly Limit[] {
  const zones = listOf(block, 'limit_req_zone').map((text) => ({
    key: text.trim().split(/\s+/)[0] ?? '',
    name: /\bzone=([^:\s]+)/.exec(text)?.[1],
    perMinute: perMinuteOf(/\brate=(\d+)r\/([sm])/.exec(text)),
  }))
  return listOf(block, 'limit_req').flatMap((text): Limit[] => {
    const zone = /\bzone=([^\s]+)/.exec(text)?.[1]
    if (zone === undefined) return []
    const declared = zones.find(({ name }) => name === zone)
    return [{ zone, perMinute: declared?.perMinute, key: declared?.key ?? '' }]
  })
}

/** True for a key that tells clients apart. */
export function isByClient(key: string): boolean {
  return /\$(?:binary_remote_addr|remote_addr|http_x_forwarded_for|realip_remote_addr|remote_user|jwt_|http_authorization|cookie_|user|client|limit)/i.test(
    key,
  )
}

/** Lists the texts of a directive that may stand several times, or once. */
export function listOf(block: Resource, name: string): readonly string[] {
  const paths = childrenOf(block, name)
  if (paths.length > 0) return paths.map((path) => textOf(knownValueOf(block, path)))
  const single = knownValueOf(block, name)
  return typeof single === 'string' ? [single] : []
}

function perMinuteOf(found: RegExpExecArray | null): number | undefined {
  if (found === null) return undefined
  const [, count = '', unit] = found
  return Number(count) * (unit === 's' ? 60 : 1)
}

/** Reads a time of nginx in seconds: `10s`, `1m`, `500ms`, `10`. */
export function secondsOf(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+)(ms|[smhdwMy])?/g)]
  if (parts.length === 0) return undefined
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
  return parts.reduce(
    (sum, [, count = '0', unit = 's']) => sum + Number(count) * (units[unit] ?? Number.NaN),
    0,
  )
}
