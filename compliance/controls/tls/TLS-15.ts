/** What stands behind a load balancer is spoken to by TLS, or somebody signed why it stays inside without. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofKind } from '../read/of-kind.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'target groups and backends speak HTTPS, or a signed statement says why they stay in a private network without',
  'set protocol to HTTPS, or sign an attestation for TLS-15',
)

const isTarget = ofType('aws_lb_target_group', 'aws_alb_target_group')
const isBackend = ofType('google_compute_backend_service', 'google_compute_region_backend_service')
const target = (protocol: string) =>
  `resource "aws_lb_target_group" "api" {\n  port     = 5001\n  protocol = "${protocol}"\n}\n`

export const control: Control = {
  id: 'TLS-15',
  sources: ['terraform', 'attestation'],
  page: {
    why: 'Behind the load balancer records travel as plain text, for everybody who got into the network.',
    good: [{ file: 'main.tf', text: target('HTTPS') }],
    bad: [{ file: 'main.tf', text: target('HTTP') }],
  },
  applies: (resource) => isTarget(resource) || isBackend(resource) || isStatement(resource),
  check: (resource, evidence) =>
    isStatement(resource) ? judgeStatement(resource) : judgeHop(resource, evidence),
}

function isStatement(resource: Resource): boolean {
  return resource.kind === 'attestation' && resource.name === 'TLS-15'
}

/** It is needed only where a hop is plain. */
function judgeStatement(resource: Resource): Verdict {
  return knownValueOf(resource, 'state') === 'current'
    ? judge.pass('signed')
    : judge.notApplicable('nobody signed; hops are judged by themselves')
}

function judgeHop(resource: Resource, evidence: Evidence): Verdict {
  const protocol = attributeOf(resource, 'protocol')
  if (protocol?.known === false) return judge.unknown(`protocol ${protocol.why}`, protocol)
  // Google takes HTTP; a target of AWS without one is a function, which has no hop.
  if (protocol === undefined && isTarget(resource)) {
    return knownValueOf(resource, 'target_type') === 'lambda'
      ? judge.notApplicable('it calls a function')
      : judge.unknown('protocol is not set')
  }
  const found = textOf(protocol?.value ?? 'HTTP')
  if (['HTTPS', 'TLS', 'HTTP2', 'SSL'].includes(found)) return judge.pass(`protocol is ${found}`, protocol)
  if (!['HTTP', 'GRPC'].includes(found))
    return judge.notApplicable(`it passes on ${found} without reading it`, protocol)
  const statement = ofKind(evidence, 'attestation', 'statement').find(isStatement)
  const isSigned = statement !== undefined && knownValueOf(statement, 'state') === 'current'
  return isSigned
    ? judge.pass(`protocol is ${found}, and somebody signed why`, protocol)
    : judge.fail(`protocol is ${found}, and nobody signed why`, protocol)
}
