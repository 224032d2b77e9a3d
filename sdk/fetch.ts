/** `fetch` with a deadline, a client span and the trace passed on. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { httpMethods } from '../contracts/metrics/http.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { createTlsFetch, type ClientTls } from '../lib/tls-fetch.ts'
import { SdkError } from './errors.ts'
import { activeContext, contextStore } from './trace/context.ts'
import type { SdkSpan } from './trace/span.ts'
import { isSuppressed, suppressTracing } from './trace/suppress.ts'
import { formatTraceparent } from './trace/traceparent.ts'
import type { SdkTracer } from './trace/tracer.ts'

export interface FetchOptions extends RequestInit {
  /**
   * Longest time until the answer has begun, in milliseconds. Default 10 000. Its body may take longer; the
   * platform ends it after 300 s without a byte, `signal` whenever its owner likes.
   */
  readonly timeoutMillis?: number
}

/** Calls another service; refuses with SdkError instead of the platform's untyped errors. */
export type TracedFetch = (url: string | URL, options?: FetchOptions) => Promise<Response>

/**
 * Makes the `fetch` of a process.
 *
 * @param tls for addresses of `https:`; without it the platform's authorities count, and no certificate is shown
 */
export function createFetch(tracer: SdkTracer, tls?: ClientTls): TracedFetch {
  const send =
    tls === undefined ? (target: URL, init: RequestInit) => fetch(target, init) : createTlsFetch(tls)
  return async (url, { timeoutMillis = 10_000, ...init } = {}) => {
    const target = new URL(url)
    const method = httpMethods.find((known) => known === (init.method ?? 'GET').toUpperCase()) ?? '_OTHER'
    const span = tracer.begin(method, SpanKind.CLIENT, activeContext())
    span.setAttributes({
      'http.request.method': method,
      'server.address': target.hostname,
      'server.port': Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port),
    })
    const headers = new Headers(init.headers)
    if (!isSuppressed(activeContext())) passOn(span, headers)
    const deadline = startDeadline(timeoutMillis)
    const signal =
      init.signal === null || init.signal === undefined
        ? deadline.signal
        : AbortSignal.any([init.signal, deadline.signal])
    try {
      // This span stands for the call: an instrumented undici would record it a second time.
      const response = await contextStore.run(suppressTracing(), () =>
        send(target, { ...init, headers, signal }),
      )
      span.setAttribute('http.response.status_code', response.status)
      if (response.status >= 400) fail(span, String(response.status))
      return response
    } catch (cause) {
      throw refuse(span, cause, timeoutMillis)
    } finally {
      deadline.clear()
      span.end()
    }
  }
}

function passOn(span: SdkSpan, headers: Headers): void {
  headers.set('traceparent', formatTraceparent(span.spanContext()))
  const state = span.traceState?.serialize()
  if (state !== undefined && state !== '') headers.set('tracestate', state)
}

/** `AbortSignal.timeout` cannot be called off, and would cut the body of an answer that has begun. */
function startDeadline(millis: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(
    () => controller.abort(new DOMException('found no answer in time', 'TimeoutError')),
    millis,
  )
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}

function refuse(span: SdkSpan, cause: unknown, timeoutMillis: number): SdkError {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    fail(span, 'ETIMEDOUT')
    return new SdkError('SDK_FETCH_TIMEOUT', `found no answer within ${timeoutMillis} ms`, { cause })
  }
  // The platform hides the system's code one level down.
  const inner = cause instanceof Error ? cause.cause : undefined
  const code = systemCodeOf(inner) ?? systemCodeOf(cause) ?? '_OTHER'
  fail(span, code)
  return new SdkError('SDK_FETCH_FAILED', `could not reach the service: ${code}`, { cause })
}

function fail(span: SdkSpan, errorType: string): void {
  span.setAttribute('error.type', errorType)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
