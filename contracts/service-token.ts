/** The bearer tokens processes show to one another: a list of hashes, so that the file reveals no token. */
import Type, { type Static } from 'typebox'
import { tenantPattern } from './services.ts'

export const tokenScopes = [
  'events:write',
  'subjects:read',
  /** What is said about one subject, named in the token. */
  'self:read',
  'proofs:read',
  /** Key, checkpoints, hash tiles and consistency: what a witness needs, and nothing that says when or what. */
  'tree:read',
  'export:read',
  'record:write',
  'record:read',
  'erasures:write',
  'sealed:write',
  'users:verify',
  'faults:write',
  'posture:read',
  'scans:write',
  'tokens:issue',
  'metrics:read',
] as const
export type TokenScope = (typeof tokenScopes)[number]

export const ServiceToken = Type.Object(
  {
    /** Who shows it. */
    name: Type.String({ minLength: 1, maxLength: 64 }),
    /** SHA-256 of the token, lower-case hex. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    scopes: Type.Array(Type.Unsafe<TokenScope>({ type: 'string', enum: tokenScopes })),
    /** Tenants it is good for; `*` for every one. */
    tenants: Type.Array(Type.String({ pattern: `^\\*$|${tenantPattern}` })),
  },
  { additionalProperties: false },
)
export const ServiceTokens = Type.Array(ServiceToken, { maxItems: 1_000 })
export type ServiceToken = Static<typeof ServiceToken>
