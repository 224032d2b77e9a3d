/** Nobody’s page can make somebody’s browser change something. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { doorExample } from '../read/door-example.ts'
import { isDoor } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a change from a foreign page without a token against forgery is answered 403',
  'ask for a token of the session in a header (double submit or synchronizer) and compare Origin',
)

const post = (status: number) => doorExample({}, { unsigned_post: { status } })

export const control: Control = {
  id: 'APP-05',
  sources: ['http'],
  page: {
    why: 'A browser sends its cookies with every request, also with one that a foreign page makes: a link is then enough to change a grade or a password.',
    good: [post(403)],
    bad: [post(200)],
  },
  applies: isDoor,
  check: (door) => {
    if (door.attributes.has('')) return judge.unknown('it does not answer')
    if (attributeOf(door, 'unsigned_post') === undefined) {
      return attributeOf(door, 'page.cookie.0') === undefined &&
        attributeOf(door, 'session.login.cookie.0') === undefined
        ? judge.notApplicable('it sets no cookie that a browser would send along')
        : judge.unknown('nobody allowed the scan to send a change')
    }
    const status = attributeOf(door, 'unsigned_post.status')
    if (status?.known !== true) return judge.unknown(status?.why ?? 'it was not asked')
    const said = `a change without a token is answered ${textOf(status.value)}`
    if (status.value === 403 || status.value === 419) return judge.pass(said)
    return Number(status.value) >= 200 && Number(status.value) < 400 ? judge.fail(said) : judge.unknown(said)
  },
}
