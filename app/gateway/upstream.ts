/** Calls a service: at most three tries with jittered pauses, behind a breaker of its own. */
import { SdkError, type Sdk } from '#sdk'
import { systemCodeOf } from '../../lib/errors.ts'
import { Refusal } from '../../lib/refusal.ts'
import { admit, closedBreaker, gaugeOf, learn, type Breaker } from './domain/breaker.ts'
import { backoffMillis, isTriedAgain, type Failure } from './domain/retry.ts'

export type Target = 'users' | 'academics' | 'booking'

export interface Call {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

/** Resolves to whatever the service answered. Throws Refusal overloaded (503) or timeout (504). */
export type Upstream = (call: Call) => Promise<Response>

export interface UpstreamParts {
  readonly sdk: Pick<Sdk, 'counter' | 'gauge' | 'fetch'>
  readonly target: Target
  readonly nowMillis: () => number
  /** From 0 to 1. */
  readonly random: () => number
  readonly pause: (millis: number) => Promise<void>
  /** Longest wait for the beginning of an answer, milliseconds. Default 10 000. */
  readonly timeoutMillis?: number
}

type Tried =
  | { readonly status: 'answered'; readonly response: Response }
  | { readonly status: 'failed'; readonly failure: Failure; readonly cause: unknown }

/** Opens the way to one service. The breaker is this function's own; concurrent calls share it. */
export function openUpstream(parts: UpstreamParts): Upstream {
  const { sdk, target, nowMillis } = parts
  let breaker: Breaker = closedBreaker
  const set = (next: Breaker) => {
    breaker = next
    sdk.gauge('circuit_breaker_state').set({ target }, gaugeOf(next))
  }
  set(breaker)
  return async (call) => {
    const admission = admit(breaker, nowMillis())
    if (admission.status === 'refused') throw unavailable(target, admission.retrySeconds)
    set(admission.breaker)
    const tried = await tryUpToThrice(parts, call)
    set(learn(breaker, isHealthy(tried), nowMillis()))
    if (tried.status === 'answered') return tried.response
    if (tried.failure !== 'timeout') throw unavailable(target, 1, tried.cause)
    throw new Refusal('timeout', {
      status: 504,
      detail: `${target} did not answer in time`,
      cause: tried.cause,
    })
  }
}

/** A service that says itself why it cannot, with Retry-After, is alive; a bad gateway behind it is not. */
function isHealthy(tried: Tried): boolean {
  if (tried.status === 'failed') return false
  const { status, headers } = tried.response
  return !(status === 502 || status === 504 || (status === 503 && !headers.has('retry-after')))
}

async function tryUpToThrice(parts: UpstreamParts, call: Call): Promise<Tried> {
  const { sdk, target, pause, random } = parts
  for (let count = 1; ; count++) {
    const tried = await tryOnce(parts, call)
    if (tried.status === 'answered' || !isTriedAgain(call.method, tried.failure, count)) return tried
    sdk.counter('http_client_retries_total').inc({ service: 'gateway', target })
    await pause(backoffMillis(count, random()))
  }
}

async function tryOnce({ sdk, timeoutMillis = 10_000 }: UpstreamParts, call: Call): Promise<Tried> {
  const { url, method, headers, body } = call
  try {
    const response = await sdk.fetch(url, {
      method,
      // The answer is passed on byte for byte, so it must not be inflated on the way.
      headers: { ...headers, 'accept-encoding': 'identity' },
      redirect: 'manual',
      timeoutMillis,
      ...(body === undefined ? {} : { body }),
    })
    return { status: 'answered', response }
  } catch (cause) {
    return { status: 'failed', failure: failureOf(cause), cause }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SdkError && error.code === 'SDK_FETCH_TIMEOUT') return 'timeout'
  return isRefused(error) ? 'refused' : 'broken'
}

/** Looks for the system's code, which fetch hides below one or two causes. */
function isRefused(error: unknown): boolean {
  if (systemCodeOf(error) === 'ECONNREFUSED') return true
  return error instanceof Error && error.cause !== undefined && isRefused(error.cause)
}

function unavailable(target: Target, retrySeconds: number, cause?: unknown): Refusal {
  return new Refusal('overloaded', {
    detail: `${target} does not answer`,
    headers: { 'retry-after': String(retrySeconds) },
    ...(cause === undefined ? {} : { cause }),
  })
}
