/** Blocks of Terraform that may be written, may be left out, or may be made by `dynamic`. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'

/** Tells whether a resource has a block of a name. */
export function hasBlock(resource: Resource, path: string): 'yes' | 'no' | 'unknown' {
  const whole = attributeOf(resource, path)
  if (whole === undefined) return 'no'
  if (childrenOf(resource, path).some((child) => !child.endsWith('.*'))) return 'yes'
  if (!whole.known) return 'unknown'
  return Array.isArray(whole.value) && whole.value.length === 0 ? 'no' : 'yes'
}
