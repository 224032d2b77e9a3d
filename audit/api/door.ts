/** The ledger's door: which route asks for which scope. */
import type { Express, RequestHandler } from 'express'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { mountFaults, type FaultBoard } from '../../lib/faults.ts'
import { closeDoor, createDoor, type Health } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireLongLived, requireToken, type TokenChecks } from '../../lib/token.ts'
import { AuditError, type AuditErrorCode } from '../log/errors.ts'
import { isDatabaseAway } from '../store/database-away.ts'
import { erasureHandlers, type ErasureRouteParts } from './erasure-routes.ts'
import { readCloudEvents } from './cloud-events.ts'
import { appendEvents, type AppendRouteParts } from './events-route.ts'
import { getEffectiveness } from './effectiveness-route.ts'
import { getExport, type ExportRouteParts } from './export-route.ts'
import { getFormattedExport } from './format-export-route.ts'
import { getAccesses, getCheckpoint, getConsistency, getEntries, getInclusion, getKey } from './log-routes.ts'
import { getDescription } from './description-route.ts'
import { doorOperations } from './operations/all-operations.ts'
import type { Operation } from './operations/operation.ts'
import { witnessOperations } from './operations/proof-operations.ts'
import { recordHandlers, type RecordBooks } from './record-routes.ts'
import { getPopulation, getSample } from './population-routes.ts'
import { getReport, type ReportRouteParts } from './report-route.ts'
import { quarantineHandlers, type QuarantineRouteParts } from './quarantine-routes.ts'
import { proofHandlers, type ProofRouteParts } from './proof-routes.ts'
import { getSearch, type SearchRouteParts } from './search-route.ts'
import { getTile, type TileRouteParts } from './tile-routes.ts'
import { tokenHandlers, type TokenRouteParts } from './token-routes.ts'
import { witnessHandlers, type WitnessRouteParts } from './witness-routes.ts'

export interface DoorParts
  extends
    AppendRouteParts,
    ExportRouteParts,
    ReportRouteParts,
    SearchRouteParts,
    TileRouteParts,
    ProofRouteParts,
    TokenRouteParts {
  readonly quarantined: QuarantineRouteParts['quarantined']
  readonly accepted: TokenChecks
  readonly eraser: ErasureRouteParts['eraser']
  /** Absent where this appliance is no witness. */
  readonly witness: WitnessRouteParts | undefined
  /** Answers undefined when ready, else the reason. */
  readonly health: () => Promise<Health>
  /** True where others than this machine can reach the door. */
  readonly isRemote: boolean
  readonly onRejected: (code: RejectionCode) => void
  /** Switches of the drills; absent where the appliance runs on no demo data. */
  readonly faults?: FaultBoard | undefined
  readonly record: RecordBooks
}

/** Builds the app. */
export function openDoor(parts: DoorParts): Express {
  const { sdk, accepted, health, isRemote, onRejected, faults, witness } = parts
  const app = createDoor({
    onRejected,
    onDefect: (error) => sdk.log.error('request failed', { error }),
    health,
    scrape: () => sdk.scrape(),
    isRemote,
    // Labels name tenants.
    ...(isRemote ? { metricsGuard: requireToken(accepted, 'metrics:read') } : {}),
    traceId: () => sdk.traceId(),
  })
  sdk.instrument(app)
  if (faults !== undefined) mountFaults(app, { board: faults, tokens: accepted })
  mount(app, accepted, doorOperations, handlersOf(parts))
  if (witness !== undefined) mount(app, accepted, witnessOperations, witnessHandlers(witness))
  closeDoor(app)
  return app
}

/** One handler for each operation that is described, and none besides. */
function handlersOf(parts: DoorParts): Readonly<Record<keyof typeof doorOperations, Handlers>> {
  const { sdk, faults } = parts
  const isUp = unless(() => faults?.isActive('audit-down') ?? false)
  return {
    appendEvents: [isUp, appendEvents(parts)],
    appendCloudEvents: [isUp, appendEvents(parts, readCloudEvents(sdk))],
    getKey: getKey(parts),
    getCheckpoint: getCheckpoint(parts),
    getTile: getTile(parts),
    getInclusion: getInclusion(parts),
    getConsistency: getConsistency(parts),
    getEntries: getEntries(parts),
    getExport: [getFormattedExport(parts), getExport(parts)],
    getPopulation: getPopulation(parts),
    getEffectiveness: getEffectiveness(parts),
    getSearch: getSearch(parts),
    getSample: getSample(parts),
    getAccesses: getAccesses(parts),
    getReport: getReport(parts),
    ...proofHandlers(parts),
    ...recordHandlers(parts),
    ...quarantineHandlers(parts),
    ...tokenHandlers(parts),
    ...erasureHandlers(parts),
    getDescription: getDescription(),
  }
}

type Handlers = RequestHandler | readonly RequestHandler[]

/** Mounts operations: the token first, then the handler, whose troubles become answers. */
function mount(
  app: Express,
  accepted: TokenChecks,
  operations: Readonly<Record<string, Operation>>,
  handlers: Readonly<Record<string, Handlers>>,
): void {
  for (const [name, { method, path, scopes }] of Object.entries(operations)) {
    const own = handlers[name] ?? []
    const chain = [own].flat().map(answered)
    if (scopes === 'anybody') app[method](path, ...chain)
    else if (scopes === 'long-lived') app[method](path, requireLongLived(accepted), ...chain)
    else app[method](path, requireToken(accepted, ...scopes), ...chain)
  }
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
  'AUDIT_NOTE_BAD_SIGNATURE',
  'AUDIT_NOTE_UNSIGNED',
  'AUDIT_NOTE_MALFORMED',
  'AUDIT_CHECKPOINT_MALFORMED',
  'AUDIT_STORAGE_FAILED',
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
