/** Pages send the headers that turn old weaknesses of browsers off. */
import type { Resource } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { directiveOf, headerText, isDoor, isHtml, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'X-Content-Type-Options, Referrer-Policy, Permissions-Policy and a protection against frames',
  'send x-content-type-options: nosniff, referrer-policy: no-referrer, permissions-policy and frame-ancestors',
)

export const control: Control = {
  id: 'APP-11',
  sources: ['http'],
  applies: isDoor,
  check: (resource) => {
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
