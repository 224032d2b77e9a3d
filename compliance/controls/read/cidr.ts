/** Ranges of IPv4 and IPv6 addresses. */

export interface Range {
  readonly first: bigint
  readonly last: bigint
  readonly family: 4 | 6
}

/** Reads `10.0.0.0/16` or `2001:db8::/32`; undefined for anything else. */
export function rangeOf(cidr: string): Range | undefined {
  const [, address = '', prefix = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(cidr.trim()) ?? []
  const family = address.includes(':') ? 6 : 4
  const value = family === 4 ? numberOf4(address) : numberOf6(address)
  const bits = family === 4 ? 32 : 128
  if (value === undefined || Number(prefix) > bits) return undefined
  const size = 1n << BigInt(bits - Number(prefix))
  const first = (value / size) * size
  return { first, last: first + size - 1n, family }
}

/** True when two ranges share an address. */
export function overlap(left: Range, right: Range): boolean {
  return left.family === right.family && left.first <= right.last && right.first <= left.last
}

/** True for an address of the whole internet, or of half of it: two halves are the usual way around a check. */
export function isWorld(value: unknown): boolean {
  const range = typeof value === 'string' ? rangeOf(value) : undefined
  return range !== undefined && isWorldRange(range)
}

/** True for a range of at least half of all addresses of its family. */
export function isWorldRange({ first, last, family }: Range): boolean {
  return last - first + 1n >= 1n << (family === 4 ? 31n : 127n)
}

/** True when the first range holds all of the second. */
export function contains(whole: Range, part: Range): boolean {
  return whole.family === part.family && whole.first <= part.first && part.last <= whole.last
}

function numberOf4(address: string): bigint | undefined {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function numberOf6(address: string): bigint | undefined {
  const [head = '', tail] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [words(head), words(tail ?? '')]
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (all.some((word) => !/^[0-9a-f]{1,4}$/i.test(word))) return undefined
  return all.reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n)
}
