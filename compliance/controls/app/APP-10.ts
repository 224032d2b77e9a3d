/** Pages say which scripts may run in them and who may frame them. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample, nginxExample } from '../read/door-example.ts'
import { whyOpen } from '../read/nginx-limits.ts'
import { addedHeader, isLocation } from '../read/nginx.ts'
import { directiveOf, headerText, isDoor, isHtml, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a Content-Security-Policy without unsafe-inline and unsafe-eval for scripts, with frame-ancestors',
  "send content-security-policy: default-src 'self'; frame-ancestors 'none'",
)

const strict = "default-src 'self'; frame-ancestors 'none'"

export const control: Control = {
  id: 'APP-10',
  sources: ['http', 'nginx'],
  page: {
    why: 'A script that somebody smuggled into a page acts as whoever reads it. The policy lets only the scripts of the house run, and keeps the page out of frames of others.',
    good: [
      doorExample({ 'content-type': 'text/html', 'content-security-policy': strict }),
      nginxExample('', `      add_header Content-Security-Policy "${strict}" always;`),
    ],
    bad: [
      doorExample({
        'content-type': 'text/html',
        'content-security-policy': "script-src 'self' 'unsafe-inline'",
      }),
    ],
  },
  applies: (resource) => isDoor(resource) || isLocation(resource),
  check: (resource) => {
    if (isLocation(resource)) return judgeLocation(resource)
    const why = whyNoPage(resource)
    if (why !== undefined) return judge.unknown(why)
    return isHtml(resource)
      ? judgePolicy(headerText(resource, 'content-security-policy'))
      : judge.notApplicable('it serves no page')
  },
}

/** Where nginx sends no policy the application may. */
function judgeLocation(location: Resource): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const header = addedHeader(location, 'content-security-policy')
  if (header === undefined) {
    return open === undefined ? judge.notApplicable('it sends no policy of its own') : judge.unknown(open)
  }
  const policy = header.value.replace(/^["']|["']$/g, '')
  if (policy.includes('$')) return judge.unknown('its policy is decided when somebody asks', header.at)
  return judgePolicy(policy)
}

function judgePolicy(policy: string | undefined): Verdict {
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
