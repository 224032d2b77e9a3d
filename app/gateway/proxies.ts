/**
 * Whose request it is when it came through proxies. A client writes `X-Forwarded-For` as it likes, and each
 * proxy adds the address it heard from on the right: only what a trusted proxy has added is believed.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Setting } from '../../lib/config.ts'

export type IsTrustedProxy = (address: string) => boolean

/** A setting that lists addresses and CIDRs divided by commas; nobody is trusted where it is absent. */
export function proxyList(variable: string): Setting<IsTrustedProxy> {
  return {
    variable,
    read: (text) => {
      const list = new BlockList()
      for (const entry of text?.split(',') ?? []) addTo(list, entry.trim())
      return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
    },
  }
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/')
  const widest = isIPv6(address) ? 128 : 32
  const bits = prefix === undefined ? widest : Number(/^\d{1,3}$/.exec(prefix)?.[0] ?? 0)
  // A prefix of 0 would trust everybody, and then anybody chooses an address.
  if (isIP(address) === 0 || rest.length > 0 || bits < 1 || bits > widest) {
    throw new Error(`addresses and CIDRs divided by commas, found ${JSON.stringify(entry.slice(0, 80))}`)
  }
  list.addSubnet(address, bits, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

export interface Connection {
  /** Address of whoever opened the connection. */
  readonly peer: string
  /** `X-Forwarded-For`; attacker-controlled up to what trusted proxies added. */
  readonly forwarded: string | undefined
  readonly isTrusted: IsTrustedProxy
}

/** Finds the rightmost address that is no trusted proxy; behind nonsense, the last proxy that was. */
export function addressBehind({ peer, forwarded, isTrusted }: Connection): string {
  let address = plainAddress(peer) ?? peer
  const hops = forwarded?.split(',') ?? []
  while (isTrusted(address)) {
    const before = plainAddress(hops.pop()?.trim() ?? '')
    if (before === undefined) break
    address = before
  }
  return address
}

/** Takes away port, brackets and the IPv6 spelling of an IPv4 address; undefined when no address is left. */
function plainAddress(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? undefined : address
}

/** Names the client an address belongs to: itself in IPv4, its network of 64 bits in IPv6 (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [bare = ''] = address.split('%')
  const [left = [], right = []] = bare.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
  return `${groups.join(':')}::/64`
}
