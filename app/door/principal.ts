/** Who is asking, as a verified access token says. Nothing else names a caller: no header, no cookie. */
import Type, { type Static } from 'typebox'
import { roles, tenantPattern, type Role } from '../../contracts/services.ts'

export const tokenIssuer = 'campanile'
export const tokenAudience = 'campus'

/** Lifetime of an access token, seconds. */
export const accessTokenSeconds = 900

export const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** The claims that are ours; a token carries no name and no e-mail. */
export const AccessClaims = Type.Object({
  sub: Type.String({ pattern: uuidPattern }),
  tenant: Type.String({ pattern: tenantPattern }),
  role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
  sid: Type.String({ pattern: uuidPattern }),
})
export type AccessClaims = Static<typeof AccessClaims>

export interface Principal {
  /** UUID of the account. */
  readonly account: string
  readonly tenant: string
  readonly role: Role
  /** UUID of the login this token descends from. */
  readonly session: string
}
