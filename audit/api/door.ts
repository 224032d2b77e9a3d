/** The ledger's door: which route asks for which scope. */
import type { Express, RequestHandler } from 'express'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { mountFaults, type FaultBoard } from '../../lib/faults.ts'
import { closeDoor, createDoor } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken } from '../../lib/token.ts'
import { AuditError, type AuditErrorCode } from '../log/errors.ts'
import { isDatabaseAway } from '../store/database-away.ts'
import { mountErasure, type ErasureRouteParts } from './erasure-routes.ts'
import { readCloudEvents } from './cloud-events.ts'
import { appendEvents } from './events-route.ts'
import { getExport } from './export-route.ts'
import { getFormattedExport } from './format-export-route.ts'
import { getAccesses, getCheckpoint, getConsistency, getEntries, getInclusion, getKey } from './log-routes.ts'
import { mountRecord, type RecordBooks } from './record-routes.ts'
import { getPopulation, getSample } from './population-routes.ts'
import { getReport, type ReportRouteParts } from './report-route.ts'
import { mountProofs, type ProofRouteParts } from './proof-routes.ts'
import { getSearch, type SearchRouteParts } from './search-route.ts'
import { getTile, type TileRouteParts } from './tile-routes.ts'

export interface DoorParts extends ReportRouteParts, SearchRouteParts, TileRouteParts, ProofRouteParts {
  readonly tokens: readonly ServiceToken[]
  readonly eraser: ErasureRouteParts['eraser']
  /** Answers undefined when ready, else the reason. */
  readonly health: () => Promise<string | undefined>
  readonly onRejected: (code: RejectionCode) => void
  /** Switches of the drills; absent where the appliance runs on no demo data. */
  readonly faults?: FaultBoard | undefined
  readonly record: RecordBooks
}

/** Builds the app. */
export function openDoor(parts: DoorParts): Express {
  const { sdk, tokens, health, onRejected, appender, faults } = parts
  const app = createDoor({
    onRejected,
    onDefect: (error) => sdk.log.error('request failed', { error }),
    health,
    scrape: () => sdk.scrape(),
    traceId: () => sdk.traceId(),
  })
  sdk.instrument(app)
  if (faults !== undefined) mountFaults(app, { board: faults, tokens })
  const isDown = () => faults?.isActive('audit-down') ?? false
  const append = answered(appendEvents(sdk, appender))
  app.post('/v1/events', requireToken(tokens, 'events:write'), unless(isDown), append)
  const appendCloud = answered(appendEvents(sdk, appender, readCloudEvents(sdk)))
  app.post('/v1/logs/:tenant/cloudevents', requireToken(tokens, 'events:write'), unless(isDown), appendCloud)
  const proofs = requireToken(tokens, 'proofs:read')
  app.get('/v1/logs/:tenant/key', proofs, answered(getKey(parts)))
  app.get('/v1/logs/:tenant/checkpoint', proofs, answered(getCheckpoint(parts)))
  app.get('/v1/logs/:tenant/tile/*path', proofs, answered(getTile(parts)))
  app.get('/v1/logs/:tenant/proof/inclusion', proofs, answered(getInclusion(parts)))
  app.get('/v1/logs/:tenant/proof/consistency', proofs, answered(getConsistency(parts)))
  app.get('/v1/logs/:tenant/entries', proofs, answered(getEntries(parts)))
  const exports = requireToken(tokens, 'export:read')
  app.get('/v1/logs/:tenant/export', exports, answered(getFormattedExport(parts)), answered(getExport(parts)))
  app.get('/v1/logs/:tenant/population', exports, answered(getPopulation(parts)))
  app.get('/v1/logs/:tenant/search', exports, answered(getSearch(parts)))
  app.get('/v1/logs/:tenant/sample', exports, answered(getSample(parts)))
  const subjects = requireToken(tokens, 'subjects:read')
  app.get('/v1/subjects/:tenant/:subject/accesses', subjects, answered(getAccesses(parts)))
  app.get('/v1/subjects/:tenant/:subject/report', subjects, answered(getReport(parts)))
  mountProofs(app, parts, answered)
  mountRecord(app, { ...parts, answered })
  mountErasure(app, { ...parts, answered })
  closeDoor(app)
  return app
}

/** Refuses while a drill holds the ledger down, as it does when its database is away. */
function unless(isDown: () => boolean): RequestHandler {
  return (_request, _response, next) => {
    next(isDown() ? comeBack('a drill holds the ledger down', undefined) : undefined)
  }
}

/** Codes of troubles of one log or of this process: the same request may succeed later. */
const passing: ReadonlySet<AuditErrorCode> = new Set([
  'AUDIT_QUEUE_FULL',
  'AUDIT_STOPPING',
  'AUDIT_WRITER_LOST',
  'AUDIT_LOG_ROLLED_BACK',
  'AUDIT_LOG_FORKED',
  'AUDIT_LOG_CORRUPT',
  'AUDIT_KEY_LOST',
  'AUDIT_KEYSTORE_CORRUPT',
])

/** Turns what a handler cannot do at this moment into 503: senders keep their events and come back. */
function answered(handler: RequestHandler): RequestHandler {
  return async (request, response, next) => {
    try {
      await handler(request, response, next)
    } catch (error) {
      throw refusalOf(error)
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof AuditError && passing.has(error.code)) return comeBack(error.code, error)
  const isConflict = systemCodeOf(error) === 'SDK_DATABASE_CONFLICT'
  return isConflict || isDatabaseAway(error) ? comeBack('the database does not answer', error) : error
}

function comeBack(detail: string, cause: unknown): Refusal {
  return new Refusal('overloaded', { detail, headers: { 'retry-after': '2' }, cause })
}
