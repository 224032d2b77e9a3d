/** What a firewall lets in goes to the machines of one tenant, not to everybody’s. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { givenAt } from '../read/given.ts'
import { mended } from '../read/mend.ts'
import { hasTenants, namesTenant, tenantNamedIn, tenantOf } from '../read/tenants.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'target_tags or target_service_accounts name the tenant; no rule opens all machines of the network',
  'add target_tags = ["tenant-<id>"], and where machines speak to each other source_tags of the same tenant',
)

/** Health checks of load balancers, and the proxy for administrators (cloud.google.com/load-balancing/docs/health-checks). */
const providers = new Set([
  '35.191.0.0/16',
  '130.211.0.0/22',
  '209.85.152.0/22',
  '209.85.204.0/22',
  '35.235.240.0/20',
])

const rule = (target: string) => `resource "google_compute_firewall" "tenant_web" {
  for_each      = toset(["north", "south"])
  name          = "web-\${each.key}"
  network       = "campus"
  source_ranges = ["10.8.0.0/16"]
${target}
  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}
`

export const control: Control = {
  id: 'TEN-07',
  sources: ['terraform'],
  page: {
    why: 'A rule without a target holds for every machine of the network: what was meant for one school opens the machines of all.',
    good: [{ file: 'main.tf', text: rule('  target_tags   = ["tenant-${each.key}"]') }],
    bad: [{ file: 'main.tf', text: rule('') }],
  },
  applies: ofType('google_compute_firewall'),
  check: judgeRule,
}

function judgeRule(resource: Resource, evidence: Evidence): Verdict {
  if (!hasTenants(evidence, resource)) {
    return resource.attributes.has('')
      ? judge.unknown('nothing is known of it')
      : judge.notApplicable('nothing here is a tenant’s')
  }
  if (knownValueOf(resource, 'direction') === 'EGRESS' || knownValueOf(resource, 'disabled') === true) {
    return judge.notApplicable('it lets nobody in')
  }
  if (attributeOf(resource, 'allow') === undefined) return judge.notApplicable('it allows nothing')
  if (isProvider(resource)) return judge.pass('only the provider’s own health checks come through')
  const [targets, sources] = [targetPaths, sourcePaths].map((paths) => machinesOf(resource, paths))
  const tenant = tenantOf(resource, evidence)
  const [first] = targets?.written ?? []
  if (targets === undefined || sources === undefined || first === undefined) {
    const failed = judge.fail('it has no target: every machine of the network is meant')
    return tenant === undefined ? failed : mended(failed, { set: 'target_tags', to: [`tenant-${tenant}`] })
  }
  if (targets.hidden?.known === false)
    return tenant === undefined
      ? judge.pass('it names the machines it is for', first)
      : judge.unknown(`its target ${targets.hidden.why}`, targets.hidden)
  const named = targets.names.flatMap((name) => tenantNamedIn(name, resource, evidence) ?? [])
  const owner = tenant ?? named[0]
  if (owner === undefined) return judgeShared(resource, first)
  if (!targets.names.some((name) => namesTenant(name, owner)))
    return judge.fail(`its target ${targets.names.join(', ')} does not name ${owner}`, first)
  return judgeSources(resource, evidence, { owner, sources, at: first })
}

interface Machines {
  readonly written: readonly Attribute[]
  readonly names: readonly string[]
  readonly hidden?: Attribute
}

const targetPaths = ['target_tags', 'target_service_accounts']
const sourcePaths = ['source_tags', 'source_service_accounts']

function machinesOf(resource: Resource, paths: readonly string[]): Machines {
  const written = paths.flatMap((path) => givenAt(resource, path) ?? [])
  const hidden = written.find(({ known }) => !known)
  const names = paths.flatMap((path) =>
    childrenOf(resource, path).flatMap((child) => {
      const name = knownValueOf(resource, child)
      return typeof name === 'string' ? [name] : []
    }),
  )
  return { written, names, ...(hidden === undefined ? {} : { hidden }) }
}

/** What is for machines of nobody's alone may not let everything through. */
function judgeShared(resource: Resource, at: Attribute): Verdict {
  const protocols = childrenOf(resource, 'allow').map((path) => attributeOf(resource, `${path}.protocol`))
  if (protocols.some((each) => each?.known === true && textOf(each.value).toLowerCase() === 'all'))
    return judge.fail('machines that no tenant has alone are open for every protocol', at)
  const hidden = protocols.find((each) => each?.known === false)
  return hidden?.known === false
    ? judge.unknown(`protocol ${hidden.why}`, hidden)
    : judge.pass('it names the machines it is for', at)
}

function judgeSources(
  resource: Resource,
  evidence: Evidence,
  { owner, sources, at }: { readonly owner: string; readonly sources: Machines; readonly at: Attribute },
): Verdict {
  const stranger = sources.names.find(
    (name) =>
      !namesTenant(name, owner) &&
      (/tenant/i.test(name) || tenantNamedIn(name, resource, evidence) !== undefined),
  )
  if (stranger !== undefined) return judge.fail(`it lets ${stranger} in to the machines of ${owner}`, at)
  return sources.hidden?.known === false
    ? judge.unknown(`its source ${sources.hidden.why}`, sources.hidden)
    : judge.pass(`it is for the machines of ${owner}`, at)
}

function isProvider(resource: Resource): boolean {
  const sources = childrenOf(resource, 'source_ranges').map((path) => textOf(knownValueOf(resource, path)))
  return sources.length > 0 && sources.every((range) => providers.has(range))
}
