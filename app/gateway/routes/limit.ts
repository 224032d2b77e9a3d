/** Knows the caller and bounds how often one may ask. Runs before a body is read. */
import type { RequestHandler } from 'express'
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../../../lib/refusal.ts'
import type { Principal } from '../../door/principal.ts'
import type { GatewayDoor } from './door.ts'

const callers = new WeakMap<IncomingMessage, Principal>()

/**
 * Middleware for `/api`: the client is the session where a valid token shows one, else the address. A token
 * that is refused costs its address, so that inventing tokens buys nothing.
 */
export function limitClients(door: GatewayDoor): RequestHandler {
  return (request, _response, next) => {
    identifyCaller(door, request)
      .then((principal) => take(door, 'client', principal?.session ?? addressOf(request)))
      .then(() => next(), next)
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
    take(door, 'client', addressOf(request))
    throw error
  }
}

/** Takes from a bucket. @throws Refusal rate_limited */
export function take(
  { buckets, sdk, nowMillis }: Pick<GatewayDoor, 'buckets' | 'sdk' | 'nowMillis'>,
  bucket: 'client' | 'login',
  client: string,
): void {
  const taken = buckets[bucket].take(client, nowMillis())
  if (taken.status === 'allowed') return
  sdk.counter('rate_limited_total').inc({ bucket })
  throw new Refusal('rate_limited', { headers: { 'retry-after': String(taken.retrySeconds) } })
}

/** Tells who asked, as `limitClients` found. @throws Refusal unauthenticated */
export function callerOf(request: IncomingMessage): Principal {
  const principal = callers.get(request)
  if (principal === undefined)
    throw new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
  return principal
}

/** The peer's address; a header that names another is the client's invention. */
export function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown'
}
