/** Load balancers speak TLS 1.2 and 1.3 only. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isHandshake, protocolOf } from '../read/handshake.ts'
import { isListener } from '../read/listener.ts'
import { mended } from '../read/mend.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { isClassicBalancer, judgeClassicBalancer } from './classic-balancer.ts'

const judge = judgeBy(
  'no version below TLS 1.2 is spoken',
  'set ssl_policy to ELBSecurityPolicy-TLS13-1-2-2021-06, or min_tls_version to TLS_1_2; a classic balancer needs an aws_lb_ssl_negotiation_policy',
)

/** Families that refuse TLS 1.0 and 1.1 (Elastic Load Balancing, "Security policies"). */
const modern = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/

const isProxy = ofType(
  'google_compute_target_https_proxy',
  'google_compute_region_target_https_proxy',
  'google_compute_target_ssl_proxy',
)
const isPolicy = ofType('google_compute_ssl_policy', 'google_compute_region_ssl_policy')

export const control: Control = {
  id: 'TLS-01',
  sources: ['terraform', 'http'],
  page: {
    why: 'TLS 1.0 and 1.1 can be broken by somebody on the way, and a server that offers them can be talked down to them.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_lb_listener" "https" {\n  protocol   = "HTTPS"\n  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_lb_listener" "https" {\n  protocol   = "HTTPS"\n  ssl_policy = "ELBSecurityPolicy-2016-08"\n}\n',
      },
    ],
  },
  applies: (resource) =>
    [isListener, isClassicBalancer, isPolicy, isProxy, isHandshake].some((isIt) => isIt(resource)),
  check: (resource, evidence) => {
    if (isClassicBalancer(resource)) {
      return judgeClassicBalancer(judge, resource, { evidence, isModern: (policy) => modern.test(policy) })
    }
    if (isProxy(resource)) return judgeProxy(resource, evidence)
    if (isHandshake(resource)) return judgeHandshake(resource)
    return isPolicy(resource) ? judgePolicy(resource) : judgeListener(resource)
  },
}

function judgeListener(resource: Resource): Verdict {
  const protocol = attributeOf(resource, 'protocol')
  // What has no protocol is a gateway, or an application balancer that speaks HTTP.
  if (protocol === undefined || (protocol.known && protocol.value === null))
    return judge.notApplicable('it speaks no TLS', protocol)
  if (protocol.known && !['HTTPS', 'TLS'].includes(textOf(protocol.value))) {
    return judge.notApplicable(`it speaks ${textOf(protocol.value)}`, protocol)
  }
  if (!protocol.known) return judge.unknown(`protocol ${protocol.why}`, protocol)
  // Without a policy the provider takes ELBSecurityPolicy-2016-08, which allows TLS 1.0.
  const verdict = judgeValue(judge, resource, {
    path: 'ssl_policy',
    accepts: (value) => typeof value === 'string' && modern.test(value),
    absent: 'fail',
  })
  return mended(verdict, { set: 'ssl_policy', to: 'ELBSecurityPolicy-TLS13-1-2-2021-06' })
}

/** The default of Google is TLS 1.0. */
function judgePolicy(resource: Resource): Verdict {
  const accepts = (value: unknown) => value === 'TLS_1_2' || value === 'TLS_1_3'
  const verdict = judgeValue(judge, resource, { path: 'min_tls_version', accepts, absent: 'fail' })
  return mended(verdict, { set: 'min_tls_version', to: 'TLS_1_2' })
}

/** A proxy without a policy has the default of Google, which is TLS 1.0 too. */
function judgeProxy(resource: Resource, evidence: Evidence): Verdict {
  const named = attributeOf(resource, 'ssl_policy')
  if (named === undefined || (named.known && textOf(named.value) === ''))
    return judge.fail('ssl_policy is not set; the default takes TLS 1.0')
  const [edge] = edgesOf(resource, 'ssl_policy')
  const [policy] = edge?.address === undefined ? [] : resourcesAt(evidence, resource, edge.address)
  return policy !== undefined && isPolicy(policy)
    ? judge.notApplicable(`judged in ${policy.address}`, named)
    : judge.unknown('ssl_policy names a policy that is not here', named)
}

function judgeHandshake(resource: Resource): Verdict {
  const verdicts = (['tls1_0', 'tls1_1'] as const).map((version): Verdict => {
    const spoken = protocolOf(resource, version)
    const name = version === 'tls1_0' ? 'TLS 1.0' : 'TLS 1.1'
    if (spoken?.known !== true) return judge.unknown(`${name} ${spoken?.why ?? 'was not tried'}`)
    return spoken.value === 'refused' ? judge.pass(`${name} is refused`) : judge.fail(`${name} is accepted`)
  })
  return worstOf(verdicts, judge.unknown('no version was tried'))
}
