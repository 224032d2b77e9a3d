/** Signs access tokens with the newest key and publishes the keys that tokens still alive verify under. */
import { createLocalJWKSet, exportJWK, SignJWT, type JSONWebKeySet } from 'jose'
import type { RsaKey } from '../../lib/custody.ts'
import type { KeySource } from '../door/access-token.ts'
import { accessTokenSeconds, tokenAudience, tokenIssuer } from '../door/principal.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Session } from './store/sessions.ts'

export interface Signer {
  /** Signs a token of 15 minutes. */
  readonly sign: (session: Session) => Promise<string>
  readonly jwks: () => JSONWebKeySet
  readonly keys: KeySource
  /** Reads the keys again, so that a new generation is used and an old one forgotten. */
  readonly reload: () => Promise<void>
}

interface Loaded {
  readonly newest: RsaKey
  readonly jwks: JSONWebKeySet
  readonly find: KeySource
}

/** Opens the signer. What it has loaded is its own and changes only with `reload`, all at once. */
export async function openSigner(read: SigningKeys, now: () => number = Date.now): Promise<Signer> {
  let loaded = await load(read)
  return {
    jwks: () => loaded.jwks,
    keys: (header, token) => loaded.find(header, token),
    reload: async () => {
      loaded = await load(read)
    },
    sign: ({ id, account, tenant, role }) => {
      const { privateKey, keyId } = loaded.newest
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

async function load(read: SigningKeys): Promise<Loaded> {
  const keys = await read()
  const published = keys.map(async ({ publicKey, keyId }) => ({
    ...(await exportJWK(publicKey)),
    kid: keyId,
    alg: 'RS256',
    use: 'sig',
  }))
  const jwks = { keys: await Promise.all(published) }
  return { newest: keys[0], jwks, find: createLocalJWKSet(jwks) }
}
