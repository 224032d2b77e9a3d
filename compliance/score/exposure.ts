/** How exposed a resource is, as far as its labels or those of its provider say so. */
import type { Exposure } from './judged.ts'

/**
 * Reads the exposure from a label: 3 for resources labelled public or restricted, 2 for those labelled with personal or
 * internal data, 1 for the rest.
 */
export function exposureOf(label: string | undefined): Exposure {
  if (label === undefined) return 1
  if (/public|restricted/i.test(label)) return 3
  return /personal|confidential|internal|pii/i.test(label) ? 2 : 1
}
