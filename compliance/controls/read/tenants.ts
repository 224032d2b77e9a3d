/** Whose a Terraform resource is: a tenant's, told by its label or by the `for_each` of tenants that makes it. */
import type { Evidence, Resource } from '../../evidence.ts'
import { rootOf } from './neighbours.ts'
import { oncePerScan } from './once.ts'
import { tagOf } from './terraform.ts'

/** Names of the label that names the tenant. */
export const tenantTags = [
  'tenant_id',
  'tenant',
  'tenant-id',
  'TenantId',
  'TenantID',
  'Tenant',
  'tenantId',
] as const

/** `module.tenant["a"].…`, `aws_subnet.tenants["a"]`, `google_compute_instance.tenant_vm["a"]`. */
const madeFor = /(?:^|\.)[\w-]*tenants?[\w-]*\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\]/i

/** What every such address has in it: looked for first, as a stack has thousands of others. */
const hint = /tenant/i

/** Names the tenant a resource was made for; undefined where nothing says so. */
export function madeForTenant({ kind, address }: Resource): string | undefined {
  if (kind !== 'terraform' || !hint.test(address)) return undefined
  const [, key, index] = madeFor.exec(address) ?? []
  return key ?? index
}

/** Names the tenant of a resource, by label first. */
export function tenantOf(resource: Resource, evidence: Evidence): string | undefined {
  return tagOf(resource, evidence, tenantTags) ?? madeForTenant(resource)
}

/** Names of those that own something, in lower case, by root. */
const tenantsByRoot = oncePerScan((evidence) => {
  const owned = evidence.resources.filter(
    (each) =>
      each.kind === 'terraform' &&
      (madeForTenant(each) !== undefined || labelPaths.some((path) => each.attributes.has(path))),
  )
  const lowerCase = (each: Resource) => tenantOf(each, evidence)?.toLowerCase() ?? []
  return new Map(
    [...Map.groupBy(owned, rootOf)].map(([root, each]) => [root, new Set(each.flatMap(lowerCase))]),
  )
})

/** True where something of the same root belongs to a tenant: what stands beside it may be shared. */
export function hasTenants(evidence: Evidence, resource: Resource): boolean {
  return tenantsByRoot(evidence).has(rootOf(resource))
}

const labelPaths = tenantTags.flatMap((name) => [`tags.${name}`, `labels.${name}`])

/** True where a name has that of a tenant in it, as words of its own: `tenant-a` is not of `tenant-b`. */
export function namesTenant(name: string, tenant: string): boolean {
  const [words, wanted] = [name, tenant].map((text) => `-${text.toLowerCase().replace(/[^a-z\d]+/g, '-')}-`)
  return words !== undefined && wanted !== undefined && words.includes(wanted)
}

/** Finds the tenant of a root that a name names; the longest where one name is part of another. */
export function tenantNamedIn(name: string, resource: Resource, evidence: Evidence): string | undefined {
  const names = tenantsByRoot(evidence).get(rootOf(resource)) ?? new Set()
  const found = runsOfWords(name.toLowerCase().split(/[^a-z\d]+/))
    .flatMap((words) => ['-', '_', ''].map((divider) => words.join(divider)))
    .filter((each) => names.has(each))
  return found.toSorted((left, right) => right.length - left.length)[0]
}

/** Most words a name and a tenant's name are looked through for. */
const wordLimit = { name: 40, tenant: 4 }

function runsOfWords(words: readonly string[]): readonly (readonly string[])[] {
  const starts = words.slice(0, wordLimit.name)
  return starts.flatMap((_, from) =>
    Array.from({ length: wordLimit.tenant }, (_each, length) => words.slice(from, from + length + 1)),
  )
}
