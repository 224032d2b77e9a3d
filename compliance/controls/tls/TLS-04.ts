/** Load balancers answer by HTTPS, or send to HTTPS. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'listeners speak HTTPS, or HTTP whose default action redirects to HTTPS',
  'set protocol to HTTPS, or make the default action a redirect with protocol HTTPS',
)

export const control: Control = {
  id: 'TLS-04',
  sources: ['terraform'],
  applies: ofType('aws_lb_listener', 'aws_alb_listener'),
  check: judgeListener,
}

function judgeListener(resource: Resource): Verdict {
  const protocol = attributeOf(resource, 'protocol')
  if (protocol === undefined) return judge.unknown('protocol is not set')
  if (!protocol.known) return judge.unknown(`protocol ${protocol.why}`, protocol)
  if (protocol.value === 'HTTPS' || protocol.value === 'TLS') {
    return judge.pass(`it speaks ${protocol.value}`, protocol)
  }
  if (protocol.value !== 'HTTP') {
    if (isWebPort(resource)) {
      return judge.unknown(`it passes on ${textOf(protocol.value)} at a port of HTTP`, protocol)
    }
    return judge.notApplicable(`it passes on ${textOf(protocol.value)} without reading it`, protocol)
  }
  const type = attributeOf(resource, 'default_action.0.type')
  if (type?.known === false) return judge.unknown(`default_action ${type.why}`, type)
  if (type?.value !== 'redirect') return judge.fail('it answers plain HTTP', protocol)
  const target = attributeOf(resource, 'default_action.0.redirect.0.protocol')
  if (target?.known === false) return judge.unknown(`redirect ${target.why}`, target)
  const isPermanent = knownValueOf(resource, 'default_action.0.redirect.0.status_code') === 'HTTP_301'
  return target?.value === 'HTTPS'
    ? judge.pass(`it redirects to HTTPS ${isPermanent ? 'for good' : ''}`.trim(), target)
    : judge.fail('it redirects without leaving HTTP', target ?? protocol)
}

/** Plain HTTP may be what is passed on, at a port where browsers ask for it or one that is not known. */
function isWebPort(resource: Resource): boolean {
  const port = attributeOf(resource, 'port')
  return port?.known === false || ['80', '8080', '8000'].includes(textOf(port?.value))
}
