/** Incidents for the page, and for drills with a bearer token. */
import type { Express, RequestHandler } from 'express'
import { incidentStates, type IncidentList, type IncidentState } from '../../contracts/incident.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken } from '../../lib/token.ts'
import { mayAct } from '../accounts/role.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { callerOf, requireCaller } from './caller.ts'
import { sameOriginOnly } from './origin.ts'
import { readQuery } from './parameters.ts'

export interface IncidentParts {
  readonly inbox: Inbox
  readonly mode: IncidentList['mode']
  readonly tokens: readonly ServiceToken[]
}

/** Incidents of one answer unless fewer are asked for. */
const mostListed = 200

/** Mounts `/api/incidents`. */
export function mountIncidents(app: Express, { inbox, mode, tokens }: IncidentParts): void {
  const readers = callerOrToken(requireToken(tokens, 'proofs:read'))
  app.get('/api/incidents', readers, (request, response) => {
    const { state, limit } = readQuery(request, {
      state: new RegExp(`^(?:${incidentStates.join('|')})$`),
      limit: /^(?:[1-9]|[1-9]\d|1\d\d|200)$/,
    })
    const incidents = inbox.list({
      // It fits the pattern made of the states.
      ...(state === undefined ? {} : { state: state as IncidentState }),
      limit: limit === undefined ? mostListed : Number(limit),
    })
    response.json({ mode, counts: inbox.counts(), incidents })
  })
  app.get('/api/incidents/:id', readers, (request, response) => {
    const incident = inbox.find(idOf(request.params['id']))
    if (incident === undefined) throw new Refusal('not_found')
    response.json({ mode, incident })
  })
  for (const action of ['acknowledge', 'resolve'] as const) {
    app.post(`/api/incidents/:id/${action}`, sameOriginOnly, requireCaller, async (request, response) => {
      const caller = callerOf(request)
      if (caller === undefined || !mayAct(caller.role)) {
        throw new Refusal('forbidden', { detail: `only an sre may ${action}` })
      }
      const id = idOf(request.params['id'])
      const incident = await inbox.act({ incident: id, action, person: caller.email })
      if (incident === undefined) throw new Refusal('not_found')
      response.json({ mode, incident })
    })
  }
}

/** A session is enough; without one, a token. */
function callerOrToken(check: ReturnType<typeof requireToken>): RequestHandler {
  return (request, response, next) => {
    if (callerOf(request) !== undefined) next()
    else check(request, response, next)
  }
}

function idOf(text: unknown): number {
  if (typeof text !== 'string' || !/^[1-9]\d{0,14}$/.test(text)) throw new Refusal('not_found')
  return Number(text)
}
