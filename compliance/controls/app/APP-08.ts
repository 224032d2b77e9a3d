/** Passwords cannot be tried one after the other. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { nginxExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { limitsOf, matchOf, passesOn, whyOpen } from '../read/nginx-limits.ts'
import { isLocation } from '../read/nginx.ts'
import { inFile, oncePerFile } from '../read/neighbours.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'logins have a limit of their own, and an account waits after 5 failures',
  'limit_req_zone $binary_remote_addr zone=login:10m rate=10r/m; limit_req zone=login in the location of the login',
)

const zones =
  '  limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;\n  limit_req_zone $binary_remote_addr zone=login:10m rate=10r/m;\n'
const login = /(?:^|[/^~ (|])(?:log-?in|sign-?in|auth|token|sessions?|oauth2?)(?:$|[/)|$ (.])/i
const isCounted = isAnswer('APP-08.limited')

const machine: Control = {
  id: 'APP-08',
  sources: ['nginx', 'http', 'metrics'],
  page: {
    why: 'Most passwords that fall were guessed: a list of common ones, tried against every student. A limit of the whole API is far too wide for that.',
    good: [nginxExample(zones, '      limit_req zone=login burst=5;', '/auth/login')],
    bad: [nginxExample(zones, '', '/auth/login')],
  },
  applies: (resource) => isLocation(resource) || isDoor(resource) || isCounted(resource),
  check: (resource, evidence) => {
    if (isCounted(resource)) {
      const says = () => 'logins that were tried too often are refused and counted'
      return judgeAnswer(judge, resource, { accepts: () => true, says })
    }
    return isDoor(resource) ? judgeDoor(resource) : judgeLocation(resource, evidence)
  },
}

export const control = withStatement(
  machine,
  'after five failures an account waits, longer every time, and the person is told',
)

/** Zones of places where nobody logs in. */
const zonesOfOthers = oncePerFile((of, evidence) => {
  const others = inFile(evidence, of).filter((each) => isLocation(each) && !login.test(matchOf(each)))
  return new Set(others.flatMap((each) => limitsOf(each).map(({ zone }) => zone)))
})

function judgeLocation(location: Resource, evidence: Evidence): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  if (!login.test(matchOf(location)) || !passesOn(location)) return judge.notApplicable('nobody logs in here')
  const limits = limitsOf(location)
  if (limits.length === 0)
    return open === undefined ? judge.fail('no limit_req holds here') : judge.unknown(open)
  const shared = zonesOfOthers(location, evidence)
  const own = limits.find(({ zone }) => !shared.has(zone))
  return own === undefined
    ? judge.fail(`zone ${limits[0]?.zone ?? ''} is shared with other paths`)
    : judge.pass(`zone ${own.zone} is for logins alone`)
}

function judgeDoor(door: Resource): Verdict {
  if (door.attributes.has('')) return judge.unknown('it does not answer')
  if (attributeOf(door, 'login_burst') === undefined)
    return judge.notApplicable('nobody allowed the scan to try logins')
  const refused = knownValueOf(door, 'login_burst.refused')
  if (typeof refused !== 'number') return judge.unknown('what came of many logins is not known')
  const said = `${refused} of ${textOf(knownValueOf(door, 'login_burst.sent'))} wrong logins were told to wait`
  return refused > 0 ? judge.pass(said) : judge.fail(said)
}
