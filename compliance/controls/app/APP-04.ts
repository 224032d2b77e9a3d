/** Cookies cannot be read by scripts, leave no encrypted way, and go to our own pages only. */
import { childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample } from '../read/door-example.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'cookies are HttpOnly, Secure and SameSite',
  'set HttpOnly; Secure; SameSite=Strict and, where it fits, the prefix __Host-',
)

const cookieExample = (secure: boolean) => {
  const cookie = {
    name: '__Host-session',
    secure,
    http_only: true,
    same_site: 'strict',
    path: '/',
    domain: '',
  }
  return doorExample({}, { page: { status: 200, header: {}, cookie: [cookie] } })
}

export const control: Control = {
  id: 'APP-04',
  sources: ['http'],
  page: {
    why: 'A session is worth a password. A cookie without these flags is read by any script on the page, sent without encryption, or sent along by the pages of others.',
    good: [cookieExample(true)],
    bad: [cookieExample(false)],
  },
  applies: isDoor,
  check: (resource) => {
    const why = whyNoPage(resource)
    if (why !== undefined) return judge.unknown(why)
    const probes = [
      'page',
      'unknown_path',
      'foreign_origin',
      'session.login',
      ...childrenOf(resource, 'protected'),
    ]
    const cookies = probes.flatMap((probe) => childrenOf(resource, `${probe}.cookie`))
    return cookies.length === 0
      ? judge.notApplicable('it sets no cookie without a login')
      : cookies.map((path) => judgeCookie(resource, path))
  },
}

function judgeCookie(resource: Resource, path: string): Verdict {
  const name = textOf(knownValueOf(resource, `${path}.name`) ?? path)
  const of = (attribute: string) => knownValueOf(resource, `${path}.${attribute}`) ?? null
  if ([of('http_only'), of('secure'), of('same_site')].includes(null)) {
    return { ...judge.unknown(`not everything is known of ${name}`), part: name }
  }
  const missing = [
    ...(of('http_only') === true ? [] : ['HttpOnly']),
    ...(of('secure') === true ? [] : ['Secure']),
    ...(of('same_site') === 'strict' || of('same_site') === 'lax' ? [] : ['SameSite']),
  ]
  return missing.length === 0
    ? { ...judge.pass(`${name} has all three`), part: name }
    : { ...judge.fail(`${name} lacks ${missing.join(', ')}`), part: name }
}
