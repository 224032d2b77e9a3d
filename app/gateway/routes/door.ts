/** What the routes of the gateway are built with. */
import type { Sdk } from '#sdk'
import type { IncomingMessage } from 'node:http'
import type { Principal } from '../../door/principal.ts'
import type { Csrf } from '../csrf.ts'
import type { LimitName } from '../domain/limits.ts'
import type { Buckets } from '../domain/token-bucket.ts'
import type { Revocations } from '../revocations.ts'
import type { Signer } from '../signer.ts'
import type { SessionStore } from '../store/sessions.ts'
import type { Target, Upstream } from '../upstream.ts'
import type { UsersClient } from '../users-client.ts'

export interface GatewayDoor {
  readonly sdk: Sdk
  readonly signer: Signer
  readonly sessions: SessionStore
  readonly revocations: Revocations
  readonly users: UsersClient
  readonly csrf: Csrf
  /** Ways to the services and where each begins. */
  readonly upstreams: Readonly<Record<Target, { readonly call: Upstream; readonly base: string }>>
  /** Verifies the caller of a request, undefined without a token. */
  readonly identify: (request: IncomingMessage) => Promise<Principal | undefined>
  readonly buckets: Readonly<Record<LimitName, Buckets>>
  /** Names the client behind a connection by its address. */
  readonly addressOf: (request: IncomingMessage) => string
  /** True where cookies travel over TLS only. */
  readonly secure: boolean
  readonly nowMillis: () => number
}
