/**
 * Verifies access tokens (RFC 7519, RS256 only). Whoever calls controls every byte of the token; a service
 * trusts the gateway's public keys and nothing the gateway forwards.
 */
import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { validator } from '../../lib/validate.ts'
import { TokenError, type TokenErrorCode } from './errors.ts'
import { AccessClaims, tokenAudience, tokenIssuer, type Principal } from './principal.ts'

export type KeySource = JWTVerifyGetKey

/** Resolves to the caller. Throws TokenError. */
export type VerifyToken = (token: string) => Promise<Principal>

export interface RemoteKeysOptions {
  /** Address of the JWKS document. */
  readonly url: string
  /** Shortest time between two fetches for an unknown key id, milliseconds. Default 5 000. */
  readonly cooldownMillis?: number
  /** How the document is fetched. Default the global fetch: this call belongs to no request. */
  readonly fetch?: typeof fetch
}

/** Opens the gateway's key set: fetched at the first token, kept 10 minutes, fetched again for a new key id. */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  return createRemoteJWKSet(new URL(options.url), {
    timeoutDuration: 3_000,
    cooldownDuration: options.cooldownMillis ?? 5_000,
    cacheMaxAge: 600_000,
    [customFetch]: options.fetch ?? fetch,
  })
}

export interface VerifierOptions {
  readonly keys: KeySource
  /** Default the system clock. */
  readonly now?: () => Date
}

const checkClaims = validator(AccessClaims)
/** Longest token that is looked at; ours have about 700 characters. */
const maxTokenCharacters = 4_096

/** Creates the check of one key source. */
export function tokenVerifier({ keys, now = () => new Date() }: VerifierOptions): VerifyToken {
  return async (token) => {
    if (token.length > maxTokenCharacters) throw new TokenError('malformed', 'the token is too long')
    const payload = await verifySignature(token, keys, now())
    const claims = checkClaims(pickClaims(payload))
    if (!claims.valid) throw new TokenError('claims', 'the token lacks a claim of ours')
    const { sub, tenant, role, sid } = claims.value
    return { account: sub, tenant, role, session: sid }
  }
}

async function verifySignature(
  token: string,
  keys: KeySource,
  currentDate: Date,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: tokenIssuer,
      audience: tokenAudience,
      requiredClaims: ['exp', 'iat', 'sub', 'sid', 'tenant', 'role'],
      clockTolerance: 5,
      currentDate,
    })
    return payload
  } catch (cause) {
    throw new TokenError(codeOf(cause), 'the access token was refused', { cause })
  }
}

function pickClaims({ sub, tenant, role, sid }: Readonly<Record<string, unknown>>): unknown {
  return { sub, tenant, role, sid }
}

function codeOf(error: unknown): TokenErrorCode {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) return 'claims'
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'algorithm'
  // A key id nobody published is a signature by a stranger.
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return 'signature'
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed'
  return error instanceof errors.JWKSMultipleMatchingKeys ? 'signature' : 'keys_unavailable'
}

/** Reads what an unverified token says about itself; undefined when it says nothing. For counting only. */
export function claimedBy(token: string): { readonly session: string; readonly tenant: string } | undefined {
  try {
    const { sid, tenant } = decodeJwt(token)
    return typeof sid === 'string' && typeof tenant === 'string' ? { session: sid, tenant } : undefined
  } catch {
    return undefined // A token that cannot be decoded claims nothing.
  }
}
