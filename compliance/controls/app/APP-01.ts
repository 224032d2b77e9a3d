/** Nobody but the issuer can make a token: asymmetric keys, and no algorithm a sender may choose. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample } from '../read/door-example.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'tokens are signed with RS256 or ES256; unsigned ones, and those signed with the public key, are refused',
  'verify with one algorithm that the code names, and publish the public key under /.well-known/jwks.json',
)

const keys = { status: 200, keys: [{ kty: 'EC', alg: 'ES256', use: 'sig', crv: 'P-256' }] }

export const control: Control = {
  id: 'APP-01',
  sources: ['http'],
  page: {
    why: 'With a shared secret every service that checks a token can also make one, and a verifier that believes the algorithm in the token takes one that nobody signed.',
    good: [doorExample({}, { jwks: keys, forged: { none: { status: 401 }, hs256: { status: 401 } } })],
    bad: [doorExample({}, { jwks: keys, forged: { none: { status: 200 }, hs256: { status: 401 } } })],
  },
  applies: isDoor,
  check: judgeDoor,
}

function judgeDoor(door: Resource): readonly Verdict[] {
  const why = whyNoPage(door)
  if (why !== undefined) return [judge.unknown(why)]
  const keyPaths = childrenOf(door, 'jwks.keys')
  const forged = ['none', 'hs256'].map((name) => judgeForged(door, name))
  const isTried = attributeOf(door, 'forged') !== undefined
  const guards = childrenOf(door, 'protected').length > 0
  if (!isTried && keyPaths.length === 0 && !guards) {
    return [judge.notApplicable('it publishes no key and guards no path')]
  }
  return [
    ...keyPaths.map((path) => judgeKey(door, path)),
    ...(isTried
      ? forged
      : [judge.unknown('nobody tried forged tokens: they are sent only where that is allowed')]),
  ]
}

function judgeKey(door: Resource, path: string): Verdict {
  const [type, algorithm] = ['kty', 'alg'].map((name) => textOf(knownValueOf(door, `${path}.${name}`)))
  const said = `a key of type ${type === '' ? 'nobody told' : type} for ${algorithm === '' ? 'any algorithm' : algorithm}`
  if (type === '') return { ...judge.unknown(said), part: path }
  const isPublic = type !== 'oct' && !/^(HS|none)/i.test(algorithm ?? '')
  return { ...(isPublic ? judge.pass(said) : judge.fail(said)), part: path }
}

function judgeForged(door: Resource, name: string): Verdict {
  const part = `forged ${name}`
  const status = attributeOf(door, `forged.${name}.status`)
  if (status?.known !== true) return { ...judge.unknown(`${part}: ${status?.why ?? 'was not tried'}`), part }
  const code = Number(status.value)
  if (code === 401 || code === 403) return { ...judge.pass(`${part}: answered ${code}`), part }
  const said = `${part}: answered ${code}`
  return { ...(code >= 200 && code < 300 ? judge.fail(said) : judge.unknown(said)), part }
}
