/** A study assistant answers a user twice a minute. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { nginxExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { isByClient, limitsOf, matchOf, passesOn, whyOpen } from '../read/nginx-limits.ts'
import { isLocation } from '../read/nginx.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'an assistant answers one user twice a minute at most',
  'limit_req_zone $binary_remote_addr zone=assistant:10m rate=2r/m; limit_req zone=assistant in its location',
)

const zone = (rate: string) => `  limit_req_zone $binary_remote_addr zone=assistant:10m rate=${rate};\n`
const assistant =
  /(?:^|[/^~ (|])(?:ai|assistants?|chat|llm|copilot|tutor|completions?|generate|ask)(?:$|[/)|$ (.])/i

export const control: Control = {
  id: 'APP-07',
  sources: ['nginx', 'http'],
  page: {
    why: 'Every question to a model costs money and shows it something. Without a limit one account empties the budget, or asks a hundred times until something slips.',
    good: [nginxExample(zone('2r/m'), '      limit_req zone=assistant;', '/api/ai/')],
    bad: [nginxExample(zone('20r/s'), '      limit_req zone=assistant;', '/api/ai/')],
  },
  applies: (resource) => isLocation(resource) || isDoor(resource),
  check: (resource, { parameters }) =>
    isDoor(resource)
      ? judgeDoor(resource)
      : judgeLocation(resource, parameterOf('APP-07.requests_per_minute', 'production', parameters)),
}

function judgeLocation(location: Resource, most: number): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  if (!assistant.test(matchOf(location)) || !passesOn(location))
    return judge.notApplicable('it is no way to an assistant')
  const limits = limitsOf(location)
  const fitting = limits.find(({ perMinute = Infinity, key }) => perMinute <= most && isByClient(key))
  if (fitting !== undefined)
    return judge.pass(`zone ${fitting.zone} allows ${fitting.perMinute ?? ''} a minute`)
  if (limits.some(({ perMinute }) => perMinute === undefined))
    return judge.unknown(open ?? 'its zone was not read')
  if (limits.length === 0)
    return open === undefined ? judge.fail('no limit_req holds here') : judge.unknown(open)
  return judge.fail(`zone ${limits[0]?.zone ?? ''} allows ${limits[0]?.perMinute ?? ''} a minute`)
}

function judgeDoor(door: Resource): Verdict {
  if (door.attributes.has('')) return judge.unknown('it does not answer')
  if (attributeOf(door, 'assistant') === undefined)
    return judge.notApplicable('no assistant was named to the scan')
  const refused = knownValueOf(door, 'assistant.refused')
  if (typeof refused !== 'number') return judge.unknown('what came of three questions is not known')
  return refused > 0
    ? judge.pass('the third question in a minute is refused')
    : judge.fail('three questions in a minute are taken')
}
