/** Keeps pages of browsers from doors of loopback: one whose name was made to point there (DNS rebinding) sends that name. */
import type { RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'

const ownName = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i

/** Refuses requests that came to another name. */
export const requireOwnName: RequestHandler = (request, _response, next) => {
  if (!ownName.test(request.headers.host ?? '')) {
    throw new Refusal('forbidden', { detail: 'expected a request to 127.0.0.1 or localhost by that name' })
  }
  next()
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/

/** Refuses requests of other machines, and those that came to another name. */
export const requireLoopback: RequestHandler = (request, response, next) => {
  if (!loopback.test(request.socket.remoteAddress ?? '')) {
    throw new Refusal('forbidden', { detail: 'expected a request of this machine' })
  }
  requireOwnName(request, response, next)
}
