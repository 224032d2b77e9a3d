/**
 * Signs access tokens and publishes the keys they verify under. Several keys may be published; the first signs.
 * To rotate, put the new key first and keep the old one for 15 minutes, the life of a token.
 */
import { createLocalJWKSet, exportJWK, SignJWT, type JSONWebKeySet } from 'jose'
import type { RsaKey } from '../../lib/custody.ts'
import type { KeySource } from '../door/access-token.ts'
import { accessTokenSeconds, tokenAudience, tokenIssuer } from '../door/principal.ts'
import type { Session } from './store/sessions.ts'

export interface Signer {
  /** Signs a token of 15 minutes. */
  readonly sign: (session: Session) => Promise<string>
  readonly jwks: JSONWebKeySet
  readonly keys: KeySource
}

/** Opens the signer; `keys` newest first, at least one. */
export async function openSigner(
  keys: readonly [RsaKey, ...RsaKey[]],
  now: () => number = Date.now,
): Promise<Signer> {
  const published = keys.map(async ({ publicKey, keyId }) => ({
    ...(await exportJWK(publicKey)),
    kid: keyId,
    alg: 'RS256',
    use: 'sig',
  }))
  const jwks = { keys: await Promise.all(published) }
  const [{ privateKey, keyId }] = keys
  return {
    jwks,
    keys: createLocalJWKSet(jwks),
    sign: ({ id, account, tenant, role }) => {
      const issuedAt = Math.floor(now() / 1_000)
      return new SignJWT({ tenant, role, sid: id })
        .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
        .setIssuer(tokenIssuer)
        .setAudience(tokenAudience)
        .setSubject(account)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(privateKey)
    },
  }
}
