/** What is found in the evidence once per scan: looked for by every resource, it would cost the product of both. */
import type { Evidence } from '../../evidence.ts'

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
