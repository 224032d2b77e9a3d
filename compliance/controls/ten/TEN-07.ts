/** What a firewall lets in goes to the machines of one tenant, not to everybody’s. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { hasTenants, tenantOf } from '../read/tenants.ts'
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
  const targets = ['target_tags', 'target_service_accounts'].flatMap((path) => {
    const attribute = attributeOf(resource, path)
    return attribute === undefined ? [] : [attribute]
  })
  const [first] = targets
  const tenant = tenantOf(resource, evidence)
  if (first === undefined) {
    const failed = judge.fail('it has no target: every machine of the network is meant')
    return tenant === undefined ? failed : mended(failed, { set: 'target_tags', to: [`tenant-${tenant}`] })
  }
  if (tenant === undefined) return judge.pass('it names the machines it is for', first)
  const hidden = targets.find((each) => !each.known)
  if (hidden?.known === false) return judge.unknown(`its target ${hidden.why}`, hidden)
  const names = targets.flatMap((each) =>
    each.known && Array.isArray(each.value) ? each.value.map(textOf) : [],
  )
  return names.some((name) => name.toLowerCase().includes(tenant.toLowerCase()))
    ? judge.pass(`it is for the machines of ${tenant}`, first)
    : judge.fail(`its target ${names.join(', ')} does not name ${tenant}`, first)
}

function isProvider(resource: Resource): boolean {
  const sources = childrenOf(resource, 'source_ranges').map((path) => textOf(knownValueOf(resource, path)))
  return sources.length > 0 && sources.every((range) => providers.has(range))
}
