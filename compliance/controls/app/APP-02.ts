/** A stolen access token is worth something for a quarter of an hour. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { doorExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'an access token lives 15 minutes at most',
  'shorten exp, and renew with a refresh token',
)

const session = (life: number) =>
  doorExample({}, { session: { login: { status: 200 }, token: { alg: 'ES256', life_seconds: life } } })
const isLife = isAnswer('APP-02.life')

export const control: Control = {
  id: 'APP-02',
  sources: ['http', 'metrics'],
  page: {
    why: 'An access token is not asked about anywhere: until it ends, nobody can take it back from whoever has it.',
    good: [session(900)],
    bad: [session(86_400)],
  },
  applies: (resource) => isLife(resource) || isDoor(resource),
  check: (resource, evidence) => judgeLife(resource, evidence),
}

function judgeLife(resource: Resource, { parameters }: Evidence): Verdict | readonly Verdict[] {
  const longest = parameterOf('APP-02.minutes', 'production', parameters) * 60
  const says = (seconds: number) => `a token lives ${Math.round(seconds)} s`
  if (isLife(resource)) return judgeAnswer(judge, resource, { accepts: (life) => life <= longest, says })
  if (resource.attributes.has('')) return judge.unknown('it does not answer')
  if (attributeOf(resource, 'session') === undefined)
    return judge.notApplicable('nobody gave the scan an account here')
  const life = knownValueOf(resource, 'session.token.life_seconds')
  if (typeof life !== 'number') {
    return judge.unknown(
      `no token was given: the login was answered ${textOf(knownValueOf(resource, 'session.login.status'))}`,
    )
  }
  return life <= longest ? judge.pass(says(life)) : judge.fail(says(life))
}
