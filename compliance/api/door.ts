/** The scanner's door: the posture, its report, a scan on demand, and the history of scans. */
import type { Sdk } from '#sdk'
import type { Express } from 'express'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import type { Posture } from '../../contracts/posture.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { closeDoor, createDoor } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken } from '../../lib/token.ts'
import { reportPolicy, writeHtml } from '../report/html.ts'
import type { ScanStore } from '../store/scan-store.ts'
import { addHistoryRoutes } from './history-routes.ts'

export interface DoorParts {
  readonly sdk: Sdk
  readonly tokens: readonly ServiceToken[]
  readonly latest: () => Posture | undefined
  /** Scans now; undefined when a scan is under way. */
  readonly scanNow: () => Promise<Posture> | undefined
  /** The history in the database; undefined where none keeps it. */
  readonly store: ScanStore | undefined
  readonly onRejected: (code: RejectionCode) => void
}

/** Builds the app. */
export function openDoor(parts: DoorParts): Express {
  const { sdk, tokens, latest, scanNow, store, onRejected } = parts
  const app = createDoor({
    onRejected,
    onDefect: (error) => sdk.log.error('request failed', { error }),
    health: () => undefined,
    scrape: () => sdk.scrape(),
    traceId: () => sdk.traceId(),
  })
  sdk.instrument(app)
  app.use((_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })
  const readers = requireToken(tokens, 'posture:read')
  app.get('/v1/posture', readers, (_request, response) => {
    response.json(latestOf(latest))
  })
  app.get('/v1/report', readers, (request, response) => {
    const posture = latestOf(latest)
    const format = request.query['format'] ?? request.accepts('html', 'json')
    if (format === 'json') response.json(posture)
    else if (format === 'html') {
      response.set('content-security-policy', reportPolicy).type('html').send(writeHtml(posture))
    } else throw new Refusal('query_invalid', { detail: 'expected format html or json' })
  })
  app.post('/v1/scans', requireToken(tokens, 'scans:write'), async (_request, response) => {
    const scanning = scanNow()
    if (scanning === undefined) {
      throw new Refusal('conflict', { detail: 'a scan is under way', headers: { 'retry-after': '5' } })
    }
    response.json(await scanning)
  })
  addHistoryRoutes(app, { readers, store })
  closeDoor(app)
  return app
}

function latestOf(latest: () => Posture | undefined): Posture {
  const posture = latest()
  if (posture === undefined) throw new Refusal('not_found', { detail: 'no scan has finished yet' })
  return posture
}
