/** What is found in the evidence once per scan: looked for by every resource, it would cost the product of both. */
import type { Evidence, Resource } from '../../evidence.ts'

/** Makes a search that runs once for each evidence, which never changes. */
export function oncePerScan<Found>(find: (evidence: Evidence) => Found): (evidence: Evidence) => Found {
  const known = new WeakMap<Evidence, { readonly found: Found }>()
  return (evidence) => {
    const before = known.get(evidence)
    if (before !== undefined) return before.found
    const found = find(evidence)
    known.set(evidence, { found })
    return found
  }
}

/** Paths and names whose reading is kept: whoever writes scanned files chooses them. */
const textLimit = 10_000

/** Makes a reading of paths or names that is kept: there are many resources, and few of those. */
export function oncePerText<Found>(read: (text: string) => Found): (text: string) => Found {
  const known = new Map<string, { readonly found: Found }>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before.found
    const found = read(text)
    if (known.size < textLimit) known.set(text, { found })
    return found
  }
}

/**
 * Makes a reading that is kept until another resource is read: controls judge one resource after the other, and several
 * ask the same of it. A map of all of them would cost the collector more than reading twice.
 */
export function onceInARow<Found, Context = void>(
  read: (resource: Resource, context: Context) => Found,
): (resource: Resource, context: Context) => Found {
  let last: { readonly resource: Resource; readonly context: Context; readonly found: Found } | undefined
  return (resource, context) => {
    if (last?.resource !== resource || last.context !== context) {
      last = { resource, context, found: read(resource, context) }
    }
    return last.found
  }
}
