/**
 * Short-lived tokens of the ledger's door: JWTs (RFC 7519) in the manner of RFC 9068, signed with Ed25519. Which
 * role may do what and for how long is data here; the door only looks it up.
 */
import Type, { type Static } from 'typebox'
import { recordTypes } from './record-fields.ts'
import { tokenScopes, type TokenScope } from './service-token.ts'
import { tenantPattern } from './services.ts'

/** `service` is what a long-lived token is exchanged for; the others are issued to somebody. */
export const tokenRoles = ['service', 'writer', 'custodian', 'auditor', 'subject', 'witness'] as const
export type TokenRole = (typeof tokenRoles)[number]
export type IssuedRole = Exclude<TokenRole, 'service'>

/** Media type in the header, so that no other JWT of the house passes for one of these. */
export const ledgerTokenType = 'at+jwt'

/** What each role may ask for. */
export const roleScopes: Readonly<Record<IssuedRole, readonly TokenScope[]>> = {
  writer: ['events:write'],
  custodian: ['subjects:read', 'record:read', 'record:write', 'erasures:write'],
  auditor: ['proofs:read', 'tree:read', 'export:read'],
  subject: ['self:read'],
  witness: ['tree:read'],
}

/** A scope that another one contains. */
export const containedIn: Readonly<Partial<Record<TokenScope, TokenScope>>> = {
  'self:read': 'subjects:read',
  'tree:read': 'proofs:read',
}

/** Longest life of a token, in seconds: an auditor works a day, everybody else comes back. */
export const maxAuditorSeconds = 28_800
export const maxTokenSeconds = 3_600
export const defaultTokenSeconds = 900

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })
const closed = { additionalProperties: false } as const

const Account = Type.String({ minLength: 1, maxLength: 128 })
const Tenants = Type.Array(Type.String({ pattern: `^\\*$|${tenantPattern}` }), {
  minItems: 1,
  maxItems: 1_000,
})
const Seconds = Type.Integer({ minimum: 1, maximum: maxAuditorSeconds })

/** Times of sequencing, the end exclusive; nothing outside is shown to who is limited to it. */
const Period = Type.Object({ since: recordTypes.Time, until: recordTypes.Time }, closed)

/** Payload of a token. */
export const LedgerClaims = Type.Object(
  {
    iss: Type.String(),
    aud: Type.String(),
    /** Who holds it: a service's name or an opaque account id. */
    sub: Account,
    iat: Type.Integer({ minimum: 0 }),
    exp: Type.Integer({ minimum: 0 }),
    jti: recordTypes.Uuid,
    role: oneOf(tokenRoles),
    /** Scopes with a space between. */
    scope: Type.String(),
    tenants: Tenants,
    /** Who asked for it on the holder's behalf (RFC 8693 §4.1). */
    act: Type.Optional(Type.Object({ sub: Account }, closed)),
    period: Type.Optional(Period),
    /** Whose record may be looked at. */
    subject: Type.Optional(Account),
  },
  closed,
)
export type LedgerClaims = Static<typeof LedgerClaims>

/** `POST /v1/tokens`: exchanges the long-lived token it is shown for a short one; what is left out stays as it is. */
export const ExchangeBody = Type.Object(
  {
    /** Fewer scopes than the long-lived token has. */
    scopes: Type.Optional(Type.Array(oneOf(tokenScopes), { minItems: 1, uniqueItems: true })),
    /** Fewer tenants. */
    tenants: Type.Optional(Tenants),
    seconds: Type.Optional(Seconds),
  },
  closed,
)

/** `POST /v1/tokens/:tenant`: issues a token to somebody, good for this tenant alone. */
export const IssueBody = Type.Object(
  {
    role: oneOf([
      'writer',
      'custodian',
      'auditor',
      'subject',
      'witness',
    ] as const satisfies readonly IssuedRole[]),
    /** Opaque account id of who will hold it. */
    name: Account,
    seconds: Type.Optional(Seconds),
    /** Of an auditor; no other role has one. */
    period: Type.Optional(Period),
    /** Of the role `subject`; no other role has one. */
    subject: Type.Optional(Account),
  },
  closed,
)
export type IssueBody = Static<typeof IssueBody>

/** Answer to both, in the words of RFC 6749 §5.1. */
export const TokenAnswer = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.Literal('Bearer'),
    /** Seconds. */
    expires_in: Seconds,
    scope: Type.String(),
  },
  closed,
)
export type TokenAnswer = Static<typeof TokenAnswer>
