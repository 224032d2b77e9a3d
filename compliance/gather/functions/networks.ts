/** IP network functions of Terraform. */
import { bool, list, text } from '../values/value.ts'
import { toBigInt } from '../values/decimal.ts'
import { FunctionStop, many, numberOf, pure, textOf, wholeOf, type FunctionTable } from './definition.ts'

interface Network {
  readonly address: bigint
  readonly prefix: number
  /** 32 or 128. */
  readonly bits: number
}

export const networkFunctions: FunctionTable = {
  cidrhost: pure(2, 2, ([prefix, host]) => text(hostIn(networkOf(textOf(prefix)), toBigInt(numberOf(host))))),
  cidrnetmask: pure(1, 1, ([prefix]) => {
    const network = networkOf(textOf(prefix))
    if (network.bits === 128) throw new FunctionStop('found an ipv6 network, expected ipv4')
    return text(addressText(maskOf(network), 32))
  }),
  cidrsubnet: pure(3, 3, ([prefix, newBits, number]) =>
    text(textOfNetwork(subnetOf(networkOf(textOf(prefix)), wholeOf(newBits), toBigInt(numberOf(number))))),
  ),
  cidrsubnets: pure(1, many, ([prefix, ...newBits]) =>
    list(
      consecutive(networkOf(textOf(prefix)), newBits.map(wholeOf))
        .map(textOfNetwork)
        .map(text),
      'list',
    ),
  ),
  cidrcontains: pure(2, 2, ([outer, inner]) => {
    const [network, value] = [networkOf(textOf(outer)), textOf(inner)]
    const other = value.includes('/') ? networkOf(value) : addressOf(value)
    const isInside = other.bits === network.bits && other.prefix >= network.prefix
    return bool(isInside && (other.address & maskOf(network)) === network.address)
  }),
}

function networkOf(value: string): Network {
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? []
  const { address: number, bits } = addressOf(address)
  if (prefix === '' || Number(prefix) > bits) throw new FunctionStop('found a text that is no network')
  const network = { address: number, prefix: Number(prefix), bits }
  return { ...network, address: number & maskOf(network) }
}

function addressOf(value: string): Network {
  const bits = value.includes(':') ? 128 : 32
  const address = bits === 32 ? parse4(value) : parse6(value)
  if (address === undefined) throw new FunctionStop('found a text that is no address')
  return { address, prefix: bits, bits }
}

function parse4(value: string): bigint | undefined {
  const parts = value.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function parse6(value: string): bigint | undefined {
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(value)
  const tail = mapped === null ? undefined : parse4(mapped[2] ?? '')
  if (mapped !== null && tail === undefined) return undefined
  const text =
    tail === undefined
      ? value
      : `${mapped?.[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left.length - right.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n)
}

function maskOf({ prefix, bits }: Pick<Network, 'prefix' | 'bits'>): bigint {
  const all = (1n << BigInt(bits)) - 1n
  return all ^ (all >> BigInt(prefix))
}

function hostIn(network: Network, host: bigint): string {
  const size = 1n << BigInt(network.bits - network.prefix)
  const offset = host < 0n ? size + host : host
  if (offset < 0n || offset >= size) throw new FunctionStop('found a host that the network does not hold')
  return addressText(network.address + offset, network.bits)
}

function subnetOf(network: Network, newBits: number, number: bigint): Network {
  const prefix = network.prefix + newBits
  if (newBits < 0 || prefix > network.bits) throw new FunctionStop('found more bits than the network has')
  if (number < 0n || number >= 1n << BigInt(newBits)) {
    throw new FunctionStop('found a number that the bits do not hold')
  }
  return { ...network, prefix, address: network.address | (number << BigInt(network.bits - prefix)) }
}

/** One after the other, each at the next place its size allows. */
function consecutive(network: Network, newBits: readonly number[]): Network[] {
  const end = network.address + (1n << BigInt(network.bits - network.prefix))
  let next = network.address
  return newBits.map((bits) => {
    const prefix = network.prefix + bits
    if (bits < 1 || prefix > network.bits) throw new FunctionStop('found more bits than the network has')
    const size = 1n << BigInt(network.bits - prefix)
    const address = ((next + size - 1n) / size) * size
    next = address + size
    if (next > end) throw new FunctionStop('found more networks than there is room for')
    return { ...network, prefix, address }
  })
}

function textOfNetwork({ address, prefix, bits }: Network): string {
  return `${addressText(address, bits)}/${prefix}`
}

function addressText(address: bigint, bits: number): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, at) => (address >> BigInt(112 - 16 * at)) & 0xffffn)
  return shorten6(groups.map((group) => group.toString(16)))
}

/** The longest run of zeros, the first among equals, becomes `::` (RFC 5952). */
function shorten6(groups: readonly string[]): string {
  let best = { start: 0, length: 1 }
  for (let start = 0; start < 8; start += 1) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > best.length) best = { start, length }
  }
  if (best.length < 2) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}
