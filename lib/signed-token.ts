/**
 * Short-lived tokens: compact JWS with Ed25519 (RFC 8037). Whoever calls controls every byte of one that is
 * verified; only the keys of this house make one good.
 */
import type { KeyObject } from 'node:crypto'
import { errors, jwtVerify, type JWTHeaderParameters } from 'jose'
import {
  ledgerTokenType,
  LedgerClaims,
  maxAuditorSeconds,
  maxTokenSeconds,
  type TokenRole,
} from '../contracts/ledger-token.ts'
import { tokenScopes } from '../contracts/service-token.ts'
import type { Grant } from './token.ts'
import { validator } from './validate.ts'

/** What is needed of a key in custody. */
export interface TokenKey {
  readonly keyId: string
  readonly publicKey: KeyObject
  readonly state: 'active' | 'retired' | 'compromised'
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

export interface SignedTokensOptions {
  /** Newest first: it signs. Those before it verify what they signed until that expires. */
  readonly keys: readonly [TokenKey, ...TokenKey[]]
  /** Of this door; issuer and audience, so that no other appliance takes it. */
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const algorithm = 'EdDSA'
const check = validator(LedgerClaims)

/** Tells the longest life of a role's token, in seconds. */
export function longestSeconds(role: TokenRole): number {
  return role === 'auditor' ? maxAuditorSeconds : maxTokenSeconds
}

export class SignedTokens {
  readonly #options: SignedTokensOptions
  /** By key id; a compromised key is not among them, so its tokens end at once. */
  readonly #keys: ReadonlyMap<string, TokenKey>
  /** Keys are rotated while the process stands, so a retired one signed nothing after this. */
  readonly #startedAt: number

  constructor(options: SignedTokensOptions) {
    this.#options = options
    const good = options.keys.filter(({ state }) => state !== 'compromised')
    this.#keys = new Map(good.map((key) => [key.keyId, key]))
    this.#startedAt = Math.ceil(options.now() / 1_000)
  }

  /** Signs a token. */
  sign(claims: Omit<LedgerClaims, 'iss' | 'aud' | 'iat' | 'exp'>, seconds: number): string {
    const { keys, name, now } = this.#options
    const [key] = keys
    const iat = Math.floor(now() / 1_000)
    const header = { alg: algorithm, typ: ledgerTokenType, kid: key.keyId }
    const payload: LedgerClaims = { iss: name, aud: name, iat, exp: iat + seconds, ...claims }
    const input = `${encode(header)}.${encode(payload)}`
    return `${input}.${Buffer.from(key.sign(Buffer.from(input))).toString('base64url')}`
  }

  /** Answers what a token grants; undefined for one that is forged, expired, another door's or malformed. */
  async verify(token: string): Promise<Grant | undefined> {
    const { name, now } = this.#options
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header) => this.#keyOf(header), {
        algorithms: [algorithm],
        typ: ledgerTokenType,
        issuer: name,
        audience: name,
        requiredClaims: ['iat', 'exp', 'sub', 'jti'],
        currentDate: new Date(now()),
      })
      const claims = check(payload)
      if (!claims.valid || !this.#isInTime(claims.value, protectedHeader.kid)) return undefined
      return grantOf(claims.value)
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  #keyOf({ kid = '' }: JWTHeaderParameters): KeyObject {
    const key = this.#keys.get(kid)
    if (key === undefined) throw new errors.JWKSNoMatchingKey()
    return key.publicKey
  }

  /** A retired key in a stranger's hands must not be good for longer than what it signed when it was active. */
  #isInTime({ role, iat, exp }: LedgerClaims, kid: string | undefined): boolean {
    const isRetired = this.#keys.get(kid ?? '')?.state === 'retired'
    const issuedBy = isRetired ? this.#startedAt : Math.ceil(this.#options.now() / 1_000)
    return exp - iat <= longestSeconds(role) && iat <= issuedBy
  }
}

function grantOf(claims: LedgerClaims): Grant {
  const { sub: name, scope, tenants, role, jti: id, act, subject, period } = claims
  const scopes = scope.split(' ')
  return {
    name,
    scopes: tokenScopes.filter((known) => scopes.includes(known)),
    tenants,
    signed: {
      role,
      id,
      ...(act === undefined ? {} : { actor: act.sub }),
      ...(subject === undefined ? {} : { subject }),
      ...(period === undefined
        ? {}
        : { period: { since: Date.parse(period.since), until: Date.parse(period.until) } }),
    },
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
