/** A web application firewall stands in front of what the internet reaches. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a web ACL is associated',
  'add aws_wafv2_web_acl_association for the load balancer, or web_acl_id on the distribution',
)

export const control: Control = {
  id: 'NET-12',
  sources: ['terraform'],
  applies: ofType('aws_lb', 'aws_alb', 'aws_cloudfront_distribution'),
  check: (resource, evidence) =>
    resource.type === 'aws_cloudfront_distribution' ? judgeCdn(resource) : judgeBalancer(resource, evidence),
}

function judgeCdn(resource: Resource): Verdict {
  const acl = attributeOf(resource, 'web_acl_id')
  if (acl === undefined || (acl.known && (acl.value === '' || acl.value === null))) {
    return judge.fail('web_acl_id is not set')
  }
  // A reference to an ACL is unknown in value and still one.
  return acl.known || /web_?acl/i.test(acl.expression ?? '')
    ? judge.pass('web_acl_id is set', acl)
    : judge.unknown(`web_acl_id ${acl.why}`, acl)
}

function judgeBalancer(resource: Resource, evidence: Evidence): Verdict {
  const type = attributeOf(resource, 'load_balancer_type')
  if (type?.known === true && type.value !== 'application') {
    return judge.notApplicable('a web ACL protects application load balancers only', type)
  }
  const internal = attributeOf(resource, 'internal')
  if (internal?.known === true && isTrue(internal.value))
    return judge.notApplicable('it is internal', internal)
  const acl = attachedTo(resource, evidence, { type: 'aws_wafv2_web_acl_association', path: 'resource_arn' })
  if (acl.certain.length > 0) return judge.pass(`associated by ${acl.certain[0]?.address ?? ''}`)
  const [possible] = acl.possible
  if (possible !== undefined) return judge.unknown(`${possible.address} may be for it`, possible.position)
  if (internal?.known === false) return judge.unknown(`internal ${internal.why}`, internal)
  const name = knownValueOf(resource, 'name')
  return judge.fail(`no web ACL is associated with ${typeof name === 'string' ? name : resource.address}`)
}
