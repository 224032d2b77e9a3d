import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import type { LedgerClaims } from '../../contracts/ledger-token.ts'
import { SignedTokens, type TokenKey } from '../../lib/signed-token.ts'

const start = Date.parse('2026-09-01T08:00:00.000Z')

function aKey(
  keyId: string,
  state: TokenKey['state'] = 'active',
): TokenKey & { readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { keyId, state, publicKey, privateKey, sign: (bytes) => sign(null, bytes, privateKey) }
}

const key = aKey('aaaaaaaaaaaaaaaa')
const claims = {
  sub: 'auditor-1',
  jti: '00000000-0000-4000-8000-000000000001',
  role: 'auditor',
  scope: 'proofs:read export:read',
  tenants: ['drill'],
  period: { since: '2026-01-01T00:00:00.000Z', until: '2026-07-01T00:00:00.000Z' },
} as const satisfies Partial<LedgerClaims>

/** A door at a time; its keys newest first. */
function doorAt(millis: number, ...keys: readonly [TokenKey, ...TokenKey[]]) {
  return new SignedTokens({ keys, name: 'house.example/ledger', now: () => millis })
}

const given = () => ({ ...claims, tenants: [...claims.tenants] })

/** Signs what no door would. */
function forge(header: object, payload: object, by: TokenKey): string {
  const [head, body] = [header, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const input = `${head}.${body}`
  return `${input}.${Buffer.from(by.sign(Buffer.from(input))).toString('base64url')}`
}

const goodHeader = { alg: 'EdDSA', typ: 'at+jwt', kid: key.keyId }
const goodPayload = {
  iss: 'house.example/ledger',
  aud: 'house.example/ledger',
  iat: start / 1_000,
  exp: start / 1_000 + 900,
  ...claims,
}

describe('SignedTokens', () => {
  it('grants what a token of its own says', async () => {
    const door = doorAt(start, key)
    const grant = await door.verify(door.sign(given(), 900))
    expect(grant).to.deep.equal({
      name: 'auditor-1',
      scopes: ['proofs:read', 'export:read'],
      tenants: ['drill'],
      signed: {
        role: 'auditor',
        id: claims.jti,
        period: { since: Date.parse(claims.period.since), until: Date.parse(claims.period.until) },
      },
    })
  })

  it('takes a token until its last second and not after', async () => {
    const token = doorAt(start, key).sign(given(), 900)
    expect(await doorAt(start + 899_000, key).verify(token)).not.to.equal(undefined)
    expect(await doorAt(start + 900_000, key).verify(token)).to.equal(undefined)
  })

  it('takes tokens of the key before until they expire, and none it signed after it was retired', async () => {
    const old = aKey('bbbbbbbbbbbbbbbb')
    const before = doorAt(start, old).sign(given(), 3_600)
    const stolen = doorAt(start + 120_000, old).sign(given(), 3_600)
    const keys = [key, { ...old, state: 'retired' }] as const
    const door = doorAt(start + 60_000, ...keys)
    expect(await door.verify(before)).not.to.equal(undefined)
    let now = start + 60_000
    const running = new SignedTokens({ keys, name: 'house.example/ledger', now: () => now })
    now = start + 130_000
    expect(await running.verify(before)).not.to.equal(undefined)
    expect(await running.verify(stolen)).to.equal(undefined)
  })

  it('takes no token of a compromised key', async () => {
    const old = aKey('bbbbbbbbbbbbbbbb')
    const token = doorAt(start, old).sign(given(), 900)
    expect(await doorAt(start, key, { ...old, state: 'compromised' }).verify(token)).to.equal(undefined)
  })

  it('takes none of another door', async () => {
    const other = new SignedTokens({ keys: [key], name: 'other.example/ledger', now: () => start })
    expect(await doorAt(start, key).verify(other.sign(given(), 900))).to.equal(undefined)
  })

  it('takes none that somebody else signed under the id of its key', async () => {
    expect(await doorAt(start, key).verify(forge(goodHeader, goodPayload, aKey(key.keyId)))).to.equal(
      undefined,
    )
  })

  it('knows a well-made token, so that the forged ones below fail for their own reason', async () => {
    expect(await doorAt(start, key).verify(forge(goodHeader, goodPayload, key))).not.to.equal(undefined)
  })

  const forged: readonly (readonly [string, object, object])[] = [
    ['of another type', { ...goodHeader, typ: 'JWT' }, goodPayload],
    ['of an unknown key', { ...goodHeader, kid: 'cccccccccccccccc' }, goodPayload],
    ['without a key id', { alg: 'EdDSA', typ: 'at+jwt' }, goodPayload],
    ['without an algorithm', { ...goodHeader, alg: 'none' }, goodPayload],
    ['of another algorithm', { ...goodHeader, alg: 'HS256' }, goodPayload],
    ['with a critical extension', { ...goodHeader, crit: ['b64'], b64: false }, goodPayload],
    ['that lives longer than its role may', goodHeader, { ...goodPayload, exp: goodPayload.iat + 28_801 }],
    [
      'of a writer that lives as long as an auditor’s',
      goodHeader,
      { ...goodPayload, role: 'writer', exp: goodPayload.iat + 3_601 },
    ],
    [
      'issued in the future',
      goodHeader,
      { ...goodPayload, iat: goodPayload.iat + 60, exp: goodPayload.exp + 60 },
    ],
    ['of a role that does not exist', goodHeader, { ...goodPayload, role: 'root' }],
    ['without an end', goodHeader, { ...goodPayload, exp: undefined }],
    ['without an id', goodHeader, { ...goodPayload, jti: undefined }],
    ['with claims nobody knows', goodHeader, { ...goodPayload, admin: true }],
    ['for two audiences', goodHeader, { ...goodPayload, aud: ['house.example/ledger', 'other.example'] }],
    ['without tenants', goodHeader, { ...goodPayload, tenants: [] }],
  ]
  for (const [what, header, payload] of forged) {
    it(`takes none ${what}`, async () => {
      expect(await doorAt(start, key).verify(forge(header, payload, key))).to.equal(undefined)
    })
  }

  it('drops scopes it does not know', async () => {
    const token = forge(goodHeader, { ...goodPayload, scope: 'proofs:read everything' }, key)
    expect((await doorAt(start, key).verify(token))?.scopes).to.deep.equal(['proofs:read'])
  })

  it('takes none of which one byte was changed', async () => {
    const door = doorAt(start, key)
    const token = door.sign(given(), 900)
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A'
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`
      const isSameBytes =
        at === token.length - 1 &&
        Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(
          Buffer.from(token.split('.')[2] ?? '', 'base64url'),
        )
      if (!isSameBytes) expect(await door.verify(changed), `byte ${at}`).to.equal(undefined)
    }
  })

  it('answers undefined to whatever else it is shown', async () => {
    const door = doorAt(start, key)
    for (const text of ['', '.', '..', 'a.b', 'a.b.c', 'a.b.c.d.e', '\u0000'.repeat(40), 'x'.repeat(5_000)]) {
      expect(await door.verify(text)).to.equal(undefined)
    }
  })
})
