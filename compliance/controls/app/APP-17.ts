/** A load balancer passes on only requests that everybody behind it reads alike. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'drop_invalid_header_fields is true and desync_mitigation_mode is defensive or strictest',
  'set drop_invalid_header_fields = true and desync_mitigation_mode = "defensive"',
)

const balancer = (lines: string) => ({
  file: 'main.tf',
  text: `resource "aws_lb" "main" {\n  name               = "campus"\n  load_balancer_type = "application"\n${lines}}\n`,
})

export const control: Control = {
  id: 'APP-17',
  sources: ['terraform'],
  page: {
    why: 'Where a balancer and a server disagree about where a request ends, one user’s request is answered to another: that is request smuggling.',
    good: [balancer('  drop_invalid_header_fields = true\n  desync_mitigation_mode     = "defensive"\n')],
    bad: [balancer('  desync_mitigation_mode = "monitor"\n')],
  },
  applies: (resource) => isClassic(resource) || ofType('aws_lb', 'aws_alb')(resource),
  check: (resource) => (isClassic(resource) ? judgeClassic(resource) : judgeBalancer(resource)),
}

const isClassic = ofType('aws_elb')

/** A Classic Load Balancer cannot drop headers; it reads requests on its listeners for HTTP and HTTPS alone. */
function judgeClassic(balancer: Resource): Verdict {
  const protocols = childrenOf(balancer, 'listener').map((path) =>
    textOf(knownValueOf(balancer, `${path}.lb_protocol`)).toLowerCase(),
  )
  const isPlain = protocols.every((protocol) => protocol === 'tcp' || protocol === 'ssl')
  return isPlain && protocols.length > 0 && attributeOf(balancer, 'listener')?.known !== false
    ? judge.notApplicable('it passes on connections and reads no HTTP')
    : judgeDesync(balancer)
}

function judgeBalancer(balancer: Resource): Verdict | readonly Verdict[] {
  const type = knownValueOf(balancer, 'load_balancer_type')
  if (type === 'network' || type === 'gateway')
    return judge.notApplicable(`a ${type} load balancer reads no HTTP`)
  const headers = judgeValue(judge, balancer, {
    path: 'drop_invalid_header_fields',
    accepts: isTrue,
    absent: 'fail',
  })
  return [
    { ...mended(headers, { set: 'drop_invalid_header_fields', to: true }), part: 'headers' },
    judgeDesync(balancer),
  ]
}

function judgeDesync(balancer: Resource): Verdict {
  const desync = judgeValue(judge, balancer, {
    path: 'desync_mitigation_mode',
    accepts: (value) => value === 'defensive' || value === 'strictest',
    // The provider's default is defensive.
    absent: 'pass',
  })
  return { ...mended(desync, { set: 'desync_mitigation_mode', to: 'defensive' }), part: 'desync' }
}
