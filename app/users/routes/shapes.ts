/** What the routes of this service take and answer; `/api/docs` is written from the same schemas. */
import Type, { type Static } from 'typebox'
import { roles, tenantPattern, type Role } from '../../../contracts/services.ts'
import { uuidPattern } from '../../door/principal.ts'
import { maxPasswordCharacters, minPasswordCharacters } from '../passwords.ts'

const RoleName = Type.Unsafe<Role>({ type: 'string', enum: roles })
const Uuid = Type.String({ pattern: uuidPattern })
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
/** Enough to be one address; whether mail arrives there is not asked. */
export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const NewPassword = Type.String({ minLength: minPasswordCharacters, maxLength: maxPasswordCharacters })

export const CredentialsRequest = Type.Object(
  {
    tenant: Type.Optional(Type.String({ pattern: tenantPattern })),
    email: Email,
    password: Type.String({ minLength: 1, maxLength: maxPasswordCharacters }),
  },
  { additionalProperties: false },
)
export type CredentialsRequest = Static<typeof CredentialsRequest>

/** Which password the account has; a session is refused once it is another. */
const PasswordVersion = Type.Integer({ minimum: 1 })

export const CredentialsAnswer = Type.Object({
  account: Uuid,
  tenant: Type.String(),
  role: RoleName,
  passwordVersion: PasswordVersion,
})

export const StandingRequest = Type.Object(
  { tenant: Type.String({ pattern: tenantPattern }), account: Uuid },
  { additionalProperties: false },
)
export const StandingAnswer = Type.Object({ role: RoleName, passwordVersion: PasswordVersion })

export const AccountAnswer = Type.Object({
  id: Uuid,
  email: Email,
  name: Name,
  role: RoleName,
  disabled: Type.Boolean(),
  directoryOptOut: Type.Boolean(),
  /** True while somebody else than its owner has chosen the password. */
  mustChangePassword: Type.Boolean(),
  synthetic: Type.Boolean(),
})

export const MeAnswer = Type.Object({ ...AccountAnswer.properties, tenant: Type.String() })

export const AccountsAnswer = Type.Object({ accounts: Type.Array(AccountAnswer) })

export const CreateAccount = Type.Object(
  { email: Email, name: Name, role: RoleName, password: NewPassword },
  { additionalProperties: false },
)

export const ChangeAccount = Type.Object(
  {
    name: Type.Optional(Name),
    role: Type.Optional(RoleName),
    disabled: Type.Optional(Type.Boolean()),
    /** Refused: only its owner changes a password, at `/me/password`. */
    password: Type.Optional(NewPassword),
    directoryOptOut: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
)

export const OwnPassword = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: maxPasswordCharacters }), password: NewPassword },
  { additionalProperties: false },
)

export const DirectoryAnswer = Type.Object({
  people: Type.Array(Type.Object({ id: Uuid, name: Name, role: RoleName })),
})
