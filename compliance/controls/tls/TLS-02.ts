/** A CDN speaks no version below TLS 1.2 with those who look. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the viewer certificate asks for TLSv1.2_2021 or later',
  'use a certificate of your own and set minimum_protocol_version to TLSv1.2_2021',
)
const path = 'viewer_certificate.0.minimum_protocol_version'

export const control: Control = {
  id: 'TLS-02',
  sources: ['terraform'],
  page: {
    why: 'With the certificate of CloudFront itself, or with an old policy, pages can be asked for by TLS 1.0.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudfront_distribution" "pages" {\n  viewer_certificate {\n    acm_certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/a"\n    ssl_support_method       = "sni-only"\n    minimum_protocol_version = "TLSv1.2_2021"\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudfront_distribution" "pages" {\n  viewer_certificate {\n    cloudfront_default_certificate = true\n  }\n}\n',
      },
    ],
  },
  applies: ofType('aws_cloudfront_distribution'),
  check: judgeDistribution,
}

function judgeDistribution(resource: Resource): Verdict {
  const own = attributeOf(resource, 'viewer_certificate.0.cloudfront_default_certificate')
  // With that certificate CloudFront takes TLSv1, whatever is written.
  if (own?.known === true && isTrue(own.value)) return judge.fail('the default certificate allows TLSv1', own)
  if (own?.known === false) return judge.unknown(`cloudfront_default_certificate ${own.why}`, own)
  const verdict = judgeValue(judge, resource, {
    path,
    accepts: (value) => /^TLSv1\.2_20(?:2[1-9]|[3-9]\d)$|^TLSv1\.3/.test(textOf(value)),
    absent: 'fail',
  })
  const hasCertificate = ['acm_certificate_arn', 'iam_certificate_id'].some(
    (name) => attributeOf(resource, `viewer_certificate.0.${name}`) !== undefined,
  )
  const isWritten = hasCertificate || knownValueOf(resource, path) !== undefined
  return isWritten ? mended(verdict, { set: path, to: 'TLSv1.2_2021' }) : verdict
}
