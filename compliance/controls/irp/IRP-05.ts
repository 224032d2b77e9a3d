/** Who finds a hole knows whom to tell. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isDoor, isHtml, whyNoPage } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  '/.well-known/security.txt names a contact and has not expired (RFC 9116)',
  'serve a file with the lines Contact: and Expires:',
)

const page = { status: 200, header: { 'content-type': 'text/html' } }

const measured: Control = {
  id: 'IRP-05',
  sources: ['http'],
  page: {
    why: 'People who find a hole by chance give up after the second wrong address, or write about it in public.',
    good: [
      { kind: 'http', type: 'door', attributes: { page, security_txt: { state: 'current', status: 200 } } },
    ],
    bad: [
      { kind: 'http', type: 'door', attributes: { page, security_txt: { state: 'missing', status: 404 } } },
    ],
  },
  applies: isDoor,
  check: judgeDoor,
}

export const control = withStatement(
  measured,
  'the security contact of each cloud account is set and read, and the status page is public',
)

function judgeDoor(door: Resource): Verdict {
  const why = whyNoPage(door)
  if (why !== undefined) return judge.unknown(why)
  const state = attributeOf(door, 'security_txt.state')
  if (state?.known === true && state.value === 'current') return judge.pass('security.txt is current')
  // A door for programs has no visitors who look for it.
  if (!isHtml(door)) return judge.notApplicable('it shows no pages')
  if (state?.known !== true) return judge.unknown(state?.why ?? 'nobody asked for security.txt')
  return judge.fail(`security.txt is ${textOf(state.value)}`)
}
