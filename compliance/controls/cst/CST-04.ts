/** Scaling ends somewhere, and strangers cannot drive it there. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'a maximum within the limit of the house, and a limit of requests in front of what scales',
  'lower the maximum, and add a rate_based_statement to the web ACL',
)
/** Attribute that names the maximum, by type. */
const maximum: Readonly<Record<string, string>> = {
  aws_appautoscaling_target: 'max_capacity',
  aws_autoscaling_group: 'max_size',
  google_compute_autoscaler: 'autoscaling_policy.0.max_replicas',
  google_compute_region_autoscaler: 'autoscaling_policy.0.max_replicas',
}

export const control: Control = {
  id: 'CST-04',
  sources: ['terraform'],
  page: {
    why: 'Whoever sends requests decides what you pay when nothing ends the scaling.',
    good: [{ file: 'main.tf', text: group(6) }],
    bad: [{ file: 'main.tf', text: group(500) }],
  },
  applies: ofType(...Object.keys(maximum)),
  check: (resource, evidence) => [judgeMaximum(resource, evidence), ...judgeRate(resource, evidence)],
}

function judgeMaximum(resource: Resource, evidence: Evidence): Verdict {
  const most = parameterOf('CST-04.instances', environmentOf(resource, evidence), evidence.parameters)
  const path = maximum[resource.type] ?? ''
  // Capacity of a table or an index is counted in units, not in machines.
  const space = knownValueOf(resource, 'service_namespace')
  if (space !== undefined && space !== 'ecs')
    return { ...judge.notApplicable('it scales no machines'), part: path }
  const verdict = judgeValue(judge, resource, {
    path,
    accepts: (value) => Number(value) <= most,
    absent: 'fail',
  })
  return verdict.status === 'fail' && !path.includes('.0.')
    ? { ...verdict, part: path, mend: [{ set: path, to: most }] }
    : { ...verdict, part: path }
}

/** Behind a load balancer that the internet reaches, somebody has to count requests. */
function judgeRate(resource: Resource, evidence: Evidence): Verdict[] {
  if (!resource.type.startsWith('aws_')) return []
  const verdict = rateOf(resource, evidence)
  return verdict === undefined ? [] : [{ ...verdict, part: 'rate' }]
}

const rateOf = oncePerRoot((resource, evidence): Verdict | undefined => {
  const isPublic = (balancer: Resource) => knownValueOf(balancer, 'internal') !== true
  const hasDoor = ['aws_lb', 'aws_alb'].some((type) => inRoot(evidence, resource, type).some(isPublic))
  if (!hasDoor) return undefined
  const rules = inRoot(evidence, resource, 'aws_wafv2_web_acl').flatMap((acl) =>
    (childrenOf(acl, 'rule').length === 0 ? ['rule'] : childrenOf(acl, 'rule')).map((path) => ({
      rate: attributeOf(acl, `${path}.statement.0.rate_based_statement`),
      whole: attributeOf(acl, path),
    })),
  )
  if (rules.some(({ rate }) => rate !== undefined && (rate.known || rate.expression === undefined))) {
    return judge.pass('requests are limited in front of it')
  }
  return rules.some(({ rate, whole }) => rate !== undefined || whole?.known === false)
    ? judge.unknown('the rules of the web ACL are not all known')
    : judge.fail('nothing limits the requests that make it scale')
})

function group(size: number): string {
  return `resource "aws_autoscaling_group" "workers" {\n  min_size = 2\n  max_size = ${size}\n}\n`
}
