/** Pages say which scripts may run in them and who may frame them. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { directiveOf, headerText, isDoor, isHtml, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a Content-Security-Policy without unsafe-inline and unsafe-eval for scripts, with frame-ancestors',
  "send content-security-policy: default-src 'self'; frame-ancestors 'none'",
)

export const control: Control = {
  id: 'APP-10',
  sources: ['http'],
  applies: isDoor,
  check: (resource) => {
    const why = whyNoPage(resource)
    if (why !== undefined) return judge.unknown(why)
    return isHtml(resource) ? judgePolicy(resource) : judge.notApplicable('it serves no page')
  },
}

function judgePolicy(resource: Resource): Verdict {
  const policy = headerText(resource, 'content-security-policy')
  if (policy === undefined) return judge.fail('no content-security-policy')
  const scripts = directiveOf(policy, 'script-src') ?? directiveOf(policy, 'default-src')
  if (scripts === undefined) return judge.fail('nothing limits scripts')
  const isStrict = scripts.some((source) => /^'(nonce|sha\d+)-/.test(source))
  const loose = scripts.find(
    (source) => source === "'unsafe-eval'" || source === '*' || (source === "'unsafe-inline'" && !isStrict),
  )
  if (loose !== undefined) return judge.fail(`scripts: ${loose}`)
  return directiveOf(policy, 'frame-ancestors') === undefined
    ? judge.fail('no frame-ancestors')
    : judge.pass('scripts and frames are limited')
}
