/** A refresh token works once and for a week; the second use closes everything that came of it. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { doorExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a refresh token lives 7 days at most, is replaced on every use, and is refused the second time',
  'rotate refresh tokens, keep their family, and revoke it when one is shown again',
)

const session = (second: number) =>
  doorExample(
    {},
    {
      session: {
        login: { status: 200, cookie: [{ name: '__Host-refresh', max_age: 604_800 }] },
        refresh: { first: { status: 200 }, second: { status: second } },
      },
    },
  )
const isReuse = isAnswer('APP-03.reuse')

const machine: Control = {
  id: 'APP-03',
  sources: ['http', 'metrics'],
  page: {
    why: 'Who copies a refresh token stays logged in for as long as it works. When each works once, the copy and the owner meet, and both are out.',
    good: [session(401)],
    bad: [session(200)],
  },
  applies: (resource) => isReuse(resource) || isDoor(resource),
  check: (resource, evidence) =>
    isReuse(resource)
      ? judgeAnswer(judge, resource, {
          accepts: () => true,
          says: () => 'refresh tokens shown twice are counted',
        })
      : judgeDoor(resource, evidence),
}

export const control = withStatement(
  machine,
  'a refresh token that is shown a second time revokes its whole family, as the test of the last release shows',
)

function judgeDoor(door: Resource, { parameters }: Evidence): readonly Verdict[] {
  if (door.attributes.has('')) return [judge.unknown('it does not answer')]
  if (attributeOf(door, 'session.refresh') === undefined) {
    return [judge.notApplicable('nobody gave the scan an account that refreshes here')]
  }
  const [first, second] = ['first', 'second'].map((name) =>
    knownValueOf(door, `session.refresh.${name}.status`),
  )
  const longest = parameterOf('APP-03.days', 'production', parameters) * 86_400
  const ages = childrenOf(door, 'session.login.cookie').flatMap((path): Verdict[] => {
    const age = knownValueOf(door, `${path}.max_age`)
    const name = textOf(knownValueOf(door, `${path}.name`))
    if (typeof age !== 'number' || !/refresh/i.test(name)) return []
    const said = `${name} lives ${Math.round(age / 86_400)} days`
    return [{ ...(age <= longest ? judge.pass(said) : judge.fail(said)), part: 'life' }]
  })
  return [{ ...judgeReplay(first, second), part: 'replay' }, ...ages]
}

function judgeReplay(first: unknown, second: unknown): Verdict {
  const isTaken = (status: unknown) => typeof status === 'number' && status >= 200 && status < 300
  if (!isTaken(first)) return judge.unknown('the first refresh was not taken')
  if (second === 401 || second === 403 || second === 400)
    return judge.pass(`the second use is answered ${second}`)
  return isTaken(second)
    ? judge.fail('the second use is taken too')
    : judge.unknown('the second use tells nothing')
}
