/** A CDN answers no plain HTTP. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'every behavior redirects to HTTPS or allows nothing else',
  'set viewer_protocol_policy to redirect-to-https',
)

export const control: Control = {
  id: 'TLS-03',
  sources: ['terraform'],
  page: {
    why: 'What travels over plain HTTP can be read and changed on the way, cookies included.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudfront_distribution" "pages" {\n  default_cache_behavior {\n    viewer_protocol_policy = "redirect-to-https"\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudfront_distribution" "pages" {\n  default_cache_behavior {\n    viewer_protocol_policy = "allow-all"\n  }\n}\n',
      },
    ],
  },
  applies: ofType('aws_cloudfront_distribution'),
  check: judgeBehaviors,
}

function judgeBehaviors(resource: Resource): readonly Verdict[] {
  const ordered = childrenOf(resource, 'ordered_cache_behavior')
  const hidden = attributeOf(resource, 'ordered_cache_behavior')
  const verdicts = ['default_cache_behavior.0', ...ordered].map((part): Verdict => {
    if (part.endsWith('.*')) return { ...judge.unknown('some behaviors are not known'), part }
    const path = `${part}.viewer_protocol_policy`
    const accepts = (value: unknown) => value === 'redirect-to-https' || value === 'https-only'
    const whole = attributeOf(resource, part)
    if (whole === undefined) return { ...judge.unknown(`${part} is not set`), part }
    const verdict = judgeValue(judge, resource, { path, accepts, absent: 'fail' })
    return { ...mended(verdict, { set: path, to: 'redirect-to-https' }), part }
  })
  if (ordered.length === 0 && hidden?.known === false)
    verdicts.push({ ...judge.unknown(`ordered_cache_behavior ${hidden.why}`, hidden), part: 'ordered' })
  return verdicts
}
