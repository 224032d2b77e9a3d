/** Whose a Terraform resource is: a tenant's, told by its label or by the `for_each` of tenants that makes it. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { refersTo, tagOf } from './terraform.ts'

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

/** Names the tenant a resource was made for; undefined where nothing says so. */
export function madeForTenant({ kind, address }: Resource): string | undefined {
  if (kind !== 'terraform') return undefined
  const [, key, index] = madeFor.exec(address) ?? []
  return key ?? index
}

/** Names the tenant of a resource, by label first. */
export function tenantOf(resource: Resource, evidence: Evidence): string | undefined {
  return tagOf(resource, evidence, tenantTags) ?? madeForTenant(resource)
}

const known = new WeakMap<Evidence, ReadonlySet<string>>()

/** True where something of the same root belongs to a tenant: what stands beside it may be shared. */
export function hasTenants(evidence: Evidence, resource: Resource): boolean {
  let roots = known.get(evidence)
  if (roots === undefined) {
    const owned = evidence.resources.filter(
      (each) =>
        each.kind === 'terraform' &&
        (madeForTenant(each) !== undefined || labelPaths.some((path) => each.attributes.has(path))),
    )
    roots = new Set(owned.map(rootOf))
    known.set(evidence, roots)
  }
  return roots.has(rootOf(resource))
}

const labelPaths = tenantTags.flatMap((name) => [`tags.${name}`, `labels.${name}`])

/** Finds the resource of a root that an attribute refers to. */
export function referredBy(
  resource: Resource,
  path: string,
  candidates: readonly Resource[],
): Resource | undefined {
  const attribute = attributeOf(resource, path)
  return candidates.find((each) => refersTo(attribute, each) === 'yes')
}

function rootOf({ scope, position: { file } }: Resource): string {
  return scope?.root ?? file.slice(0, file.lastIndexOf('/') + 1)
}
