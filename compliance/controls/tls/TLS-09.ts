/** Certificates renew themselves. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imageNameOf, isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'whoever issues the certificate renews it without anybody doing something',
  'validate by DNS, let the cloud manage the certificate, or run certbot renew in a loop',
)

const isAcm = ofType('aws_acm_certificate')
const isManaged = ofType('google_compute_managed_ssl_certificate', 'google_certificate_manager_certificate')
const isUploaded = ofType('aws_iam_server_certificate', 'google_compute_ssl_certificate')

const acm = (method: string) =>
  `resource "aws_acm_certificate" "main" {\n  domain_name       = "campus.example"\n  validation_method = "${method}"\n}\n`

export const control: Control = {
  id: 'TLS-09',
  sources: ['terraform', 'compose', 'kubernetes'],
  page: {
    why: 'A certificate that somebody has to renew by hand ends on the day that person is on holiday.',
    good: [{ file: 'main.tf', text: acm('DNS') }],
    bad: [{ file: 'main.tf', text: acm('EMAIL') }],
  },
  applies: (resource) =>
    isAcm(resource) ||
    isManaged(resource) ||
    isUploaded(resource) ||
    isCertbot(resource) ||
    isRequest(resource),
  check: (resource) => {
    if (isAcm(resource)) return judgeAcm(resource)
    if (isService(resource)) return judgeCertbot(resource)
    if (isRequest(resource)) return judgeRequest(resource)
    return isManaged(resource) ? judgeManaged(resource) : judgeUploaded(resource)
  },
}

function judgeAcm(resource: Resource): Verdict {
  const body = attributeOf(resource, 'certificate_body') ?? attributeOf(resource, 'private_key')
  if (body !== undefined) return judge.fail('it is uploaded, so nobody renews it', body)
  const method = attributeOf(resource, 'validation_method')
  if (method?.known === false) return judge.unknown(`validation_method ${method.why}`, method)
  if (method?.value === 'DNS') return judge.pass('it is validated by DNS', method)
  // A private authority of AWS renews without asking anybody.
  const authority = attributeOf(resource, 'certificate_authority_arn')
  if (authority !== undefined) return judge.pass('a private authority renews it', authority)
  if (method === undefined) return judge.unknown('validation_method is not set')
  return mended(judge.fail(`it is validated by ${textOf(method.value)}`, method), {
    set: 'validation_method',
    to: 'DNS',
  })
}

function judgeManaged(resource: Resource): Verdict {
  const open = attributeOf(resource, '')
  if (open?.known === false) return judge.unknown(open.why)
  if (attributeOf(resource, 'self_managed') !== undefined)
    return judge.fail('it is uploaded, so nobody renews it')
  return judge.pass('it is managed')
}

function judgeUploaded(resource: Resource): Verdict {
  const open = attributeOf(resource, '')
  return open?.known === false ? judge.unknown(open.why) : judge.fail('it is uploaded, so nobody renews it')
}

function isCertbot(resource: Resource): boolean {
  return isService(resource) && imageNameOf(resource)?.includes('certbot') === true
}

function judgeCertbot(resource: Resource): Verdict {
  const parts = ['entrypoint', 'command'].map((path) => attributeOf(resource, path))
  const unknown = parts.find((part) => part?.known === false)
  if (unknown?.known === false) return judge.unknown(`its command ${unknown.why}`, unknown)
  const words = parts.map((part) => textOf(part?.known === true ? part.value : undefined)).join(' ')
  const at = parts.find((part) => part !== undefined)
  if (!/\brenew\b/.test(words)) return judge.fail('it asks for certificates and renews none', at)
  // The loop may be that of a shell, or Docker starts it anew each time it ends.
  const isAgain = /\b(while|until|for|crond|sleep)\b/.test(words)
  return isAgain || knownValueOf(resource, 'restart') === 'always'
    ? judge.pass('it renews in a loop', at)
    : judge.fail('it renews once, when it is started', at)
}

/** A certificate of cert-manager. */
function isRequest({ kind, type }: Resource): boolean {
  return kind === 'kubernetes' && type === 'certificate'
}

function judgeRequest(resource: Resource): Verdict {
  const open = attributeOf(resource, 'spec')
  if (open?.known === false && childrenOf(resource, 'spec').length === 0) return judge.unknown(open.why, open)
  const before = attributeOf(resource, 'spec.renewBefore')
  // cert-manager renews after two thirds of the time unless it is told otherwise.
  if (before === undefined) return judge.pass('cert-manager renews it in its last third')
  if (!before.known) return judge.unknown(`renewBefore ${before.why}`, before)
  return /[1-9]/.test(textOf(before.value))
    ? judge.pass(`it is renewed ${textOf(before.value)} before its end`, before)
    : mended(judge.fail('it is renewed when it has ended', before), { set: 'spec.renewBefore', to: '720h' })
}
