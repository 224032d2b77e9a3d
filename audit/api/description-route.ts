/** `GET /v1/openapi.json`: what this door does, as the file in `docs/openapi/` says it. */
import type { RequestHandler } from 'express'
import { describeDoor } from './operations/describe-door.ts'

/** Answers the document; it is the same for everybody. */
export function getDescription(): RequestHandler {
  // Written once: it depends on nothing a process is given.
  const document = JSON.stringify(describeDoor())
  return (_request, response) => {
    response.set('cache-control', 'private, max-age=3600').type('application/json').send(document)
  }
}
