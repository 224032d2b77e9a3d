/** Knows the caller and bounds how often one may ask. Runs before a body is read. */
import type { RequestHandler } from 'express'
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../../../lib/refusal.ts'
import type { Principal } from '../../door/principal.ts'
import type { LimitName } from '../domain/limits.ts'
import type { GatewayDoor } from './door.ts'

const callers = new WeakMap<IncomingMessage, Principal>()

/**
 * Middleware for `/api`: the client is the account where a valid token shows one, however many sessions it has,
 * else the address. A token that is refused costs its address, so that inventing tokens buys nothing.
 */
export function limitClients(door: GatewayDoor): RequestHandler {
  return (request, _response, next) => {
    identifyCaller(door, request)
      .then((principal) =>
        take(door, 'client', principal === undefined ? door.addressOf(request) : clientOf(principal)),
      )
      .then(() => next(), next)
  }
}

function clientOf({ tenant, account }: Principal): string {
  return `${tenant}/${account}`
}

/** Middleware for health and metrics, which anybody may read and which cost a query and a page. */
export function limitProbes(door: GatewayDoor): RequestHandler {
  return (request, _response, next) => {
    take(door, 'probe', door.addressOf(request))
    next()
  }
}

async function identifyCaller(door: GatewayDoor, request: IncomingMessage): Promise<Principal | undefined> {
  try {
    const principal = await door.identify(request)
    if (principal === undefined) return undefined
    if (door.revocations.has(principal.session)) {
      throw new Refusal('unauthenticated', { detail: 'the session has ended' })
    }
    callers.set(request, principal)
    return principal
  } catch (error) {
    take(door, 'client', door.addressOf(request))
    throw error
  }
}

/** Value of the label `bucket`. */
const bucketOf = { client: 'client', address: 'login', email: 'login', probe: 'probe' } as const

/** Takes from a bucket. @throws Refusal rate_limited */
export function take(
  { buckets, sdk, nowMillis }: Pick<GatewayDoor, 'buckets' | 'sdk' | 'nowMillis'>,
  limit: LimitName,
  client: string,
): void {
  const taken = buckets[limit].take(client, nowMillis())
  if (taken.status === 'allowed') return
  sdk.counter('rate_limited_total').inc({ bucket: bucketOf[limit] })
  throw new Refusal('rate_limited', { headers: { 'retry-after': String(taken.retrySeconds) } })
}

/** Tells who asked, as `limitClients` found. @throws Refusal unauthenticated */
export function callerOf(request: IncomingMessage): Principal {
  const principal = callers.get(request)
  if (principal === undefined)
    throw new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
  return principal
}
