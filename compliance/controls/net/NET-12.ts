/** A web application firewall stands in front of what the internet reaches. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { edgesOf } from '../read/network.ts'
import { attachedTo, inModule, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a web ACL or security policy is associated',
  'add aws_wafv2_web_acl_association, web_acl_id on the distribution, security_policy on the backend service or edge_security_policy on the backend bucket',
)

const isCdn = ofType('aws_cloudfront_distribution')
const isStage = ofType('aws_api_gateway_stage')
const isBackend = ofType('google_compute_backend_service', 'google_compute_region_backend_service')
const isBucket = ofType('google_compute_backend_bucket')
const isBalancer = ofType('aws_lb', 'aws_alb')
const cdn = (line: string) =>
  `resource "aws_cloudfront_distribution" "pages" {\n  enabled    = true\n${line}}\n`

export const control: Control = {
  id: 'NET-12',
  sources: ['terraform'],
  page: {
    why: 'Every attack that is known by its shape reaches the application itself, and floods do too.',
    good: [
      {
        file: 'main.tf',
        text: cdn('  web_acl_id = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/campus/a"\n'),
      },
    ],
    bad: [{ file: 'main.tf', text: cdn('') }],
  },
  applies: (resource) => [isBalancer, isCdn, isStage, isBackend, isBucket].some((isIt) => isIt(resource)),
  check: (resource, evidence) => {
    if (isCdn(resource)) return judgeCdn(resource)
    if (isBackend(resource)) return judgeBackend(resource)
    if (isBucket(resource)) return judgePolicy(resource, 'edge_security_policy')
    return isStage(resource) ? judgeAssociation(resource, evidence) : judgeBalancer(resource, evidence)
  },
}

function judgeCdn(resource: Resource): Verdict {
  const acl = attributeOf(resource, 'web_acl_id')
  if (acl === undefined || (acl.known && (acl.value === '' || acl.value === null))) {
    return judge.fail('web_acl_id is not set')
  }
  // A reference to an ACL is unknown in value and still one.
  return acl.known || /(^|\.)aws_waf(v2|regional)?_web_acl\./.test(referredBy(resource, 'web_acl_id'))
    ? judge.pass('web_acl_id is set', acl)
    : judge.unknown(`web_acl_id ${acl.why}`, acl)
}

/** What an attribute refers to, and nothing else: a condition may end in nothing. */
function referredBy(resource: Resource, path: string): string {
  return edgesOf(resource, path)[0]?.address ?? ''
}

/** The internet reaches backends of external load balancers, which is the default. */
function judgeBackend(resource: Resource): Verdict {
  const scheme = attributeOf(resource, 'load_balancing_scheme')
  if (scheme?.known === false) return judge.unknown(`load_balancing_scheme ${scheme.why}`, scheme)
  const isRegional = resource.type === 'google_compute_region_backend_service'
  const written =
    textOf(scheme?.value) === '' ? (isRegional ? 'INTERNAL' : 'EXTERNAL') : textOf(scheme?.value)
  if (written.startsWith('INTERNAL')) return judge.notApplicable('it is internal', scheme)
  if (isRegional && written === 'EXTERNAL')
    return judge.notApplicable('it passes on packets without reading them', scheme)
  return judgePolicy(resource, 'security_policy')
}

/** What is answered from a cache is protected at its edge only. */
function judgePolicy(resource: Resource, path: 'security_policy' | 'edge_security_policy'): Verdict {
  const policy = attributeOf(resource, path)
  const open = attributeOf(resource, '')
  if (open?.known === false) return judge.unknown(open.why)
  if (policy === undefined || (policy.known && textOf(policy.value) === ''))
    return judge.fail(`${path} is not set`)
  return policy.known || /google_compute_(region_)?security_policy\./.test(referredBy(resource, path))
    ? judge.pass(`${path} is set`, policy)
    : judge.unknown(`${path} ${policy.why}`, policy)
}

function judgeBalancer(resource: Resource, evidence: Evidence): Verdict {
  const type = attributeOf(resource, 'load_balancer_type')
  if (type?.known === true && type.value !== 'application') {
    return judge.notApplicable('a web ACL protects application load balancers only', type)
  }
  const internal = attributeOf(resource, 'internal')
  if (internal?.known === true && isTrue(internal.value))
    return judge.notApplicable('it is internal', internal)
  return judgeAssociation(resource, evidence)
}

function judgeAssociation(resource: Resource, evidence: Evidence): Verdict {
  const type = 'aws_wafv2_web_acl_association'
  const found = [type, 'aws_wafregional_web_acl_association'].map((each) =>
    attachedTo(resource, evidence, { type: each, path: 'resource_arn' }),
  )
  const [certain] = found.flatMap((each) => each.certain)
  if (certain !== undefined) return judge.pass(`associated by ${certain.address}`)
  const [possible] = found.flatMap((each) => each.possible)
  if (possible !== undefined) return judge.unknown(`${possible.address} may be for it`, possible.position)
  const internal = attributeOf(resource, 'internal')
  if (internal?.known === false) return judge.unknown(`internal ${internal.why}`, internal)
  const name = knownValueOf(resource, 'name')
  return mended(
    judge.fail(`no web ACL is associated with ${typeof name === 'string' ? name : resource.address}`),
    ...association(resource, evidence),
  )
}

/** Where there is one ACL for the region, it is the one that is meant. */
function association(resource: Resource, evidence: Evidence): readonly Mend[] {
  const acls = inModule(evidence, resource, 'aws_wafv2_web_acl').filter(
    (each) => knownValueOf(each, 'scope') === 'REGIONAL',
  )
  const [acl] = acls
  const isPlain = [resource, acl].every((each) => /^\w+\.[\w-]+$/.test(each?.address ?? ''))
  const taken = inModule(evidence, resource, 'aws_wafv2_web_acl_association')
  if (acl === undefined || acls.length > 1 || !isPlain || taken.some(({ name }) => name === resource.name))
    return []
  return [
    {
      after: `\nresource "aws_wafv2_web_acl_association" "${resource.name}" {\n  resource_arn = ${resource.address}.arn\n  web_acl_arn  = ${acl.address}.arn\n}\n`,
    },
  ]
}
