/** Passes `/api/<service>/…` on. Bodies are bounded and whole before they leave; answers stream back. */
import type { Express, Request, RequestHandler, Response } from 'express'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { readBody } from '../../../lib/body.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { requestHeaders, responseHeaders, serviceAddress } from '../domain/forwarding.ts'
import type { Target } from '../upstream.ts'
import type { GatewayDoor } from './door.ts'
import { callerOf } from './limit.ts'

/** Largest body that is passed on; the services' own limits are lower. */
const maxBodyBytes = 262_144
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Mounts the three services. */
export function mountProxy(app: Express, door: GatewayDoor): void {
  for (const target of ['users', 'academics', 'booking'] as const) {
    app.all(`/api/${target}/*path`, forward(door, target))
  }
}

function forward(door: GatewayDoor, target: Target): RequestHandler {
  const { base, call } = door.upstreams[target]
  const prefix = `/api/${target}`
  return async (request, response) => {
    const method = methods.find((known) => known === request.method)
    if (method === undefined) {
      throw new Refusal('method_not_allowed', { headers: { allow: methods.join(', ') } })
    }
    callerOf(request)
    const url = serviceAddress(base, request.url.slice(prefix.length))
    if (url === undefined) throw new Refusal('not_found')
    const body = await bodyOf(request)
    const answer = await call({
      method,
      url,
      headers: requestHeaders(request.headers),
      ...(body === undefined ? {} : { body }),
    })
    // The one line per request of the house, at its edge: what a trace id of a complaint is looked up in first.
    door.sdk.log.info('request forwarded', {
      'http.request.method': method,
      'http.response.status_code': answer.status,
      'service.peer.name': target,
    })
    await sendBack(door, answer, response)
  }
}

async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers
  if (transfer === undefined && (length === undefined || length === '0')) return undefined
  if (request.method === 'GET' || request.method === 'HEAD') {
    throw new Refusal('body_invalid', { detail: `expected no body with ${request.method}` })
  }
  // Inflated here, so that a bomb ends here.
  return new Uint8Array(await readBody(request, maxBodyBytes))
}

async function sendBack(
  { sdk }: GatewayDoor,
  answer: globalThis.Response,
  response: Response,
): Promise<void> {
  response.status(answer.status).set(responseHeaders(answer.headers))
  if (answer.body === null) {
    response.end()
    return
  }
  try {
    // The same class under the two names that Node's and the DOM's types give it.
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), response)
  } catch (error) {
    // Either side broke off after the status was sent: all that is left is to cut the connection.
    sdk.log.warn('answer broken off', { error })
    response.destroy()
  }
}
