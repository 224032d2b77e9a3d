/** Reads query parameters; whoever sends the request controls them. */
import type { Request } from 'express'
import type { Fault } from '../../contracts/problem.ts'
import { Refusal } from '../../lib/refusal.ts'

/**
 * Reads the known parameters. An unknown, repeated or too long one is refused, with every fault at once.
 *
 * @throws Refusal query_invalid
 */
export function readQuery<K extends string>(
  request: Request,
  known: Readonly<Record<K, RegExp>>,
): Partial<Readonly<Record<K, string>>> {
  const patterns = new Map<string, RegExp>(Object.entries(known))
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(request.query)) {
    const pattern = patterns.get(name)
    if (pattern === undefined) {
      faults.push({ at: name.slice(0, 64), expected: `one of ${[...patterns.keys()].join(', ')}` })
    } else if (typeof value !== 'string' || !pattern.test(value)) {
      faults.push({ at: name, expected: `one value like ${pattern.source}` })
    }
  }
  if (faults.length > 0) throw new Refusal('query_invalid', { faults })
  // Every name is one of `known`, and every value is text that fits.
  return request.query as Partial<Readonly<Record<K, string>>>
}
