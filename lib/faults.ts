/**
 * The switchboard for faults of a demo: `POST /faults` switches one on for a bounded time, `active: false` or
 * `DELETE` ends it, and whatever nobody ends ends by itself. A process mounts it only while it runs on demo data;
 * elsewhere the path does not exist.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { drillTenant, FaultRequest, type FaultName, type FaultStatus } from '../contracts/faults.ts'
import type { Service } from '../contracts/services.ts'
import { jsonBody } from './body.ts'
import { Refusal } from './refusal.ts'
import { requireToken, tokenAllows, type AcceptedTokens } from './token.ts'
import { validator } from './validate.ts'

export interface FaultChange {
  readonly fault: FaultName
  readonly active: boolean
  /** How long it was asked to last, when it is switched on. */
  readonly seconds?: number
}

export interface FaultBoardOptions {
  readonly service: Service
  /** What this process can do to itself. */
  readonly faults: readonly FaultName[]
  /** Told once for every fault as it begins and as it ends. */
  readonly onChange: (change: FaultChange) => void
  /** Milliseconds since the epoch. Default the system clock. */
  readonly nowMillis?: () => number
}

export interface FaultBoard {
  /** Tells whether a fault is on; cheap enough for every request. */
  readonly isActive: (fault: FaultName) => boolean
  /** Switches a fault on; one that is on already gets the new end. */
  readonly switchOn: (fault: FaultName, seconds: number) => void
  readonly switchOff: (fault: FaultName) => void
  readonly switchAllOff: () => void
  readonly status: () => FaultStatus
}

interface Active {
  readonly untilMillis: number
  readonly timer: NodeJS.Timeout
}

/** Creates the switches of a process, all off. */
export function createFaultBoard(options: FaultBoardOptions): FaultBoard {
  const { service, faults, onChange, nowMillis = Date.now } = options
  // Owned by this board: a fault is on exactly while it has an entry.
  const active = new Map<FaultName, Active>()
  const switchOff = (fault: FaultName) => {
    const entry = active.get(fault)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    active.delete(fault)
    onChange({ fault, active: false })
  }
  const switchOn = (fault: FaultName, seconds: number) => {
    const before = active.get(fault)
    clearTimeout(before?.timer)
    const timer = setTimeout(() => switchOff(fault), seconds * 1_000)
    timer.unref()
    active.set(fault, { untilMillis: nowMillis() + seconds * 1_000, timer })
    if (before === undefined) onChange({ fault, active: true, seconds })
  }
  return {
    isActive: (fault) => active.has(fault),
    switchOn,
    switchOff,
    switchAllOff: () => {
      for (const fault of faults) switchOff(fault)
    },
    status: () => ({
      service,
      faults: faults.map((fault) => {
        const entry = active.get(fault)
        if (entry === undefined) return { fault, active: false }
        return { fault, active: true, until: new Date(entry.untilMillis).toISOString() }
      }),
    }),
  }
}

type Next = (error?: unknown) => void
type Handler = (request: IncomingMessage & { body?: unknown }, response: ServerResponse, next: Next) => void
type Mount = (path: string, ...handlers: readonly Handler[]) => unknown

/** What is needed of an app to mount the three routes. */
export interface FaultRoutes {
  readonly get: Mount
  readonly post: Mount
  readonly delete: Mount
}

const validate = validator(FaultRequest)

/**
 * Mounts `/faults` for callers on this machine whose token has the scope `faults:write`; to anybody from elsewhere
 * the path does not exist.
 */
export function mountFaults(
  app: FaultRoutes,
  { board, tokens }: { readonly board: FaultBoard; readonly tokens: AcceptedTokens },
): void {
  const guards: readonly Handler[] = [loopbackOnly, requireToken(tokens, 'faults:write')]
  app.get('/faults', ...guards, (_request, response) => answer(response, board))
  app.post('/faults', ...guards, jsonBody({ bytes: 1_024, depth: 2 }), (request, response, next) => {
    try {
      apply(board, request)
      answer(response, board)
    } catch (error) {
      next(error)
    }
  })
  app.delete('/faults', ...guards, (_request, response) => {
    board.switchAllOff()
    answer(response, board)
  })
}

const loopbackOnly: Handler = ({ socket }, _response, next) => {
  const address = socket.remoteAddress ?? ''
  const isHere = /^(?:::ffff:)?127\./.test(address) || address === '::1'
  next(isHere ? undefined : new Refusal('not_found'))
}

function apply(board: FaultBoard, request: IncomingMessage & { readonly body?: unknown }): void {
  const outcome = validate(request.body)
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  const { fault, active, seconds, tenant = drillTenant } = outcome.value
  const known = board.status().faults.map(({ fault: name }) => name)
  if (!known.includes(fault)) throw invalid('/fault', `one of ${JSON.stringify(known)}`)
  if (tenant !== drillTenant) throw invalid('/tenant', drillTenant)
  if (!tokenAllows(request, tenant)) throw new Refusal('forbidden', { detail: 'the token lacks the tenant' })
  if (!active) board.switchOff(fault)
  else if (seconds === undefined) throw invalid('/seconds', 'a value, found none')
  else board.switchOn(fault, seconds)
}

function invalid(at: string, expected: string): Refusal {
  return new Refusal('body_invalid', { faults: [{ at, expected }] })
}

function answer(response: ServerResponse, board: FaultBoard): void {
  response.setHeader('content-type', 'application/json')
  response.setHeader('cache-control', 'no-store')
  response.end(JSON.stringify(board.status()))
}
