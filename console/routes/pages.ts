/** The pages: one shell for every address, its parts for ever under the hash in their names. */
import type { Express, Request } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import type { PageBundle } from '../bundle.ts'
import type { Dashboards } from '../dashboards.ts'
import type { Shelf } from '../runbooks/shelf.ts'
import { callerOf, requireCaller } from './caller.ts'

const addresses = [
  '/',
  '/inbox',
  '/inbox/:id',
  '/dashboards',
  '/dashboards/:uid',
  '/traces',
  '/traces/:id',
  '/ledger',
  '/privacy',
  '/posture',
  '/runbooks',
  '/runbooks/:name',
] as const

/** Mounts the shell and its parts. Whoever is not logged in is led to the login and back. */
export function mountPages(app: Express, { page, assets }: PageBundle): void {
  app.get('/login', (_request, response) => {
    response.set('cache-control', 'no-store').type('html').send(page)
  })
  for (const address of addresses) {
    app.get(address, (request, response) => {
      response.set('cache-control', 'no-store')
      if (callerOf(request) !== undefined || isFromElsewhere(request)) response.type('html').send(page)
      else response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`)
    })
  }
  app.get('/assets/:name', (request, response, next) => {
    const asset = assets.get(request.params.name)
    if (asset === undefined) {
      next()
      return
    }
    const isGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    response.set('cache-control', 'public, max-age=31536000, immutable').set('vary', 'accept-encoding')
    response.type(asset.type)
    if (isGzip) response.set('content-encoding', 'gzip').send(asset.gzipped)
    else response.send(asset.body)
  })
}

/**
 * A link in a mail or at PagerDuty comes without the cookie, because it is `SameSite=Strict`. The shell shows
 * nothing by itself: it asks who is logged in, with the cookie, and goes to the login where nobody is.
 */
function isFromElsewhere({ headers }: Request): boolean {
  return headers['sec-fetch-site'] === 'cross-site'
}

/** Mounts what the pages of runbooks and dashboards read. */
export function mountFiles(app: Express, shelf: Shelf, dashboards: Dashboards): void {
  app.get('/api/runbooks', requireCaller, async (_request, response) => {
    response.json({ names: await shelf.names() })
  })
  app.get('/api/runbooks/:name', requireCaller, async (request, response) => {
    const name = String(request.params['name'])
    const blocks = await shelf.open(name)
    if (blocks === undefined) throw new Refusal('not_found', { detail: 'there is no such runbook' })
    response.json({ name, blocks })
  })
  app.get('/api/dashboards', requireCaller, (_request, response) => {
    response.json({ dashboards: dashboards.list })
  })
  app.get('/api/dashboards/:uid', requireCaller, (request, response) => {
    const found = dashboards.find(String(request.params['uid']))
    if (found === undefined) throw new Refusal('not_found', { detail: 'there is no such dashboard' })
    response.json(found)
  })
}
