/** Certificates are good for the name, complete, and for some weeks to come; and somebody is told before they end. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { certificatePart, isHandshake } from '../read/handshake.ts'
import { ofKind } from '../read/of-kind.ts'
import { environmentOf } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the certificate names the door, its chain is complete, and it is valid for weeks to come',
  'renew the certificate, send its whole chain, and alert on probe_ssl_earliest_cert_expiry',
)

const certificate = { is_trusted: true, is_complete: true, matches_name: true, error: '' }

export const control: Control = {
  id: 'TLS-08',
  sources: ['http', 'prometheus'],
  page: {
    why: 'A certificate that ends, or names something else, locks everybody out, or teaches them to click warnings away.',
    good: [{ kind: 'http', type: 'tls', attributes: { certificate: { ...certificate, days_left: 60 } } }],
    bad: [{ kind: 'http', type: 'tls', attributes: { certificate: { ...certificate, days_left: 3 } } }],
  },
  applies: (resource) => isHandshake(resource) || isProbe(resource),
  check: (resource, evidence) =>
    isHandshake(resource) ? judgeDoor(resource, evidence) : judgeProbe(resource, evidence),
}

function judgeDoor(resource: Resource, evidence: Evidence): Verdict {
  const days = parameterOf('TLS-08.days', environmentOf(resource, evidence), evidence.parameters)
  const left = certificatePart(resource, 'days_left')
  const verdicts = [
    judgePart(resource, 'matches_name', 'the certificate is for another name'),
    judgePart(resource, 'is_complete', 'the chain is not complete'),
    judgePart(resource, 'is_trusted', `nobody known stands behind it: ${errorOf(resource)}`),
  ]
  if (left?.known !== true) verdicts.push(judge.unknown(`the certificate ${left?.why ?? 'was not shown'}`))
  else {
    const found = `${textOf(left.value)} days are left`
    verdicts.push(Number(left.value) >= days ? judge.pass(found) : judge.fail(found))
  }
  return worstOf(verdicts, judge.unknown('no certificate was shown'))
}

function errorOf(resource: Resource): string {
  return textOf(knownValueOf(resource, 'certificate.error')) || 'unknown'
}

function judgePart(resource: Resource, part: string, otherwise: string): Verdict {
  const found = certificatePart(resource, part)
  if (found?.known !== true) return judge.unknown(`the certificate ${found?.why ?? 'was not shown'}`)
  return isTrue(found.value) ? judge.pass() : judge.fail(otherwise)
}

/** A job of Prometheus that probes doors from outside. */
function isProbe(resource: Resource): boolean {
  if (resource.kind !== 'prometheus' || resource.type !== 'scrape_job') return false
  return textOf(knownValueOf(resource, 'metrics_path')) === '/probe'
}

/** All targets are known, and none is asked by HTTPS. */
function isWithoutTls(resource: Resource): boolean {
  const targets = childrenOf(resource, 'static_configs').flatMap((path) =>
    childrenOf(resource, `${path}.targets`).map((each) => attributeOf(resource, each)),
  )
  return (
    targets.length > 0 &&
    targets.every((each) => each?.known === true && !textOf(each.value).startsWith('https:'))
  )
}

function judgeProbe(resource: Resource, evidence: Evidence): Verdict {
  if (isWithoutTls(resource)) return judge.notApplicable('it asks nobody by HTTPS')
  const alerts = ofKind(evidence, 'prometheus', 'alert')
  const expressions = alerts.map((alert) => ({ alert, expr: attributeOf(alert, 'expr') }))
  const found = expressions.find(({ expr }) => /probe_ssl_earliest_cert_expiry/.test(textOf(knownText(expr))))
  if (found !== undefined) return judge.pass(`${found.alert.address} tells of it`)
  if (expressions.some(({ expr }) => expr?.known === false)) return judge.unknown('an alert is not known')
  return alerts.length === 0
    ? judge.unknown('no alert was scanned')
    : judge.fail('no alert uses probe_ssl_earliest_cert_expiry')
}

function knownText(attribute: ReturnType<typeof attributeOf>) {
  return attribute?.known === true ? attribute.value : undefined
}
