/** Pages send the headers that turn old weaknesses of browsers off. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample } from '../read/door-example.ts'
import { listOf, whyOpen } from '../read/nginx-limits.ts'
import { addedHeader, isLocation } from '../read/nginx.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { directiveOf, headerText, isDoor, isHtml, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'X-Content-Type-Options, Referrer-Policy, Permissions-Policy and a protection against frames',
  'send x-content-type-options: nosniff, referrer-policy: no-referrer, permissions-policy and frame-ancestors',
)

const sent = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=()',
  'x-frame-options': 'DENY',
}
const isPolicy = ofType('aws_cloudfront_response_headers_policy')

export const control: Control = {
  id: 'APP-11',
  sources: ['http', 'nginx', 'terraform'],
  page: {
    why: 'Browsers still guess types, send whole addresses to other sites, open microphones and let pages be framed, unless a page says that they must not.',
    good: [doorExample({ 'content-type': 'text/html', ...sent })],
    bad: [doorExample({ 'content-type': 'text/html', 'x-content-type-options': 'nosniff' })],
  },
  applies: (resource) => isDoor(resource) || isLocation(resource) || isPolicy(resource),
  check: (resource) => {
    if (isLocation(resource)) return judgeLocation(resource)
    if (isPolicy(resource)) return judgePolicy(resource)
    const why = whyNoPage(resource)
    if (why !== undefined) return judge.unknown(why)
    const missing = missingOf(resource)
    return missing.length === 0 ? judge.pass('every header is there') : judge.fail(`no ${missing.join(', ')}`)
  },
}

/** What no browser shows as a page needs only not to be taken for one. */
function missingOf(resource: Resource): string[] {
  const nosniff =
    headerText(resource, 'x-content-type-options')?.toLowerCase() === 'nosniff'
      ? []
      : ['x-content-type-options']
  if (!isHtml(resource)) return nosniff
  const policy = headerText(resource, 'content-security-policy') ?? ''
  const isFramed =
    headerText(resource, 'x-frame-options') === undefined &&
    directiveOf(policy, 'frame-ancestors') === undefined
  return [
    ...nosniff,
    ...['referrer-policy', 'permissions-policy'].filter((name) => headerText(resource, name) === undefined),
    ...(isFramed ? ['frame-ancestors'] : []),
  ]
}

/** One add_header in a location drops all that stand around it: where nginx sends some, it has to send each. */
function judgeLocation(location: Resource): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  if (listOf(location, 'add_header').length === 0) {
    return open === undefined ? judge.notApplicable('it sends no header of its own') : judge.unknown(open)
  }
  const isFramed =
    addedHeader(location, 'x-frame-options') === undefined &&
    !/frame-ancestors/i.test(addedHeader(location, 'content-security-policy')?.value ?? '')
  const missing = [
    ...['x-content-type-options', 'referrer-policy', 'permissions-policy'].filter(
      (name) => addedHeader(location, name) === undefined,
    ),
    ...(isFramed ? ['frame-ancestors'] : []),
  ]
  if (missing.length === 0) return judge.pass('every header is there')
  // What stands nearer takes the place of what stands around it, whatever that is.
  return judge.fail(`it sends headers, and no ${missing.join(', ')}`)
}

function judgePolicy(policy: Resource): Verdict {
  const whole = attributeOf(policy, 'security_headers_config')
  if (policy.attributes.has('')) return judge.unknown('nothing is known of it')
  if (whole?.known === false && childrenOf(policy, 'security_headers_config').length === 0) {
    return judge.unknown(`security_headers_config ${whole.why}`, whole)
  }
  const has = (name: string) => attributeOf(policy, `security_headers_config.0.${name}.0`) !== undefined
  const custom = childrenOf(policy, 'custom_headers_config.0.items').map((path) =>
    textOf(knownValueOf(policy, `${path}.header`)).toLowerCase(),
  )
  const missing = [
    ...(has('content_type_options') ? [] : ['content_type_options']),
    ...(has('referrer_policy') ? [] : ['referrer_policy']),
    ...(custom.includes('permissions-policy') ? [] : ['permissions-policy']),
    ...(has('frame_options') || has('content_security_policy') ? [] : ['frame_options']),
  ]
  return missing.length === 0 ? judge.pass('every header is there') : judge.fail(`no ${missing.join(', ')}`)
}
