/** The history of scans: which there were, what each changed, and the past of an item. */
import type { Express, Request, RequestHandler } from 'express'
import type { PastScan, PastScanDetail, PastScans } from '../../contracts/scan-history.ts'
import { Refusal } from '../../lib/refusal.ts'
import { detailOf } from '../history/past-detail.ts'
import { isDatabaseAway, type ScanStore } from '../store/scan-store.ts'

/** Most scans of one answer, and as many where nobody says how many. */
const mostScans = 500
const usualScans = 100
/** Most entries of each list of an item's past. */
const mostOfItem = 1_000
/** A date that no scan is after. */
const endOfTime = new Date('9999-12-31T23:59:59.999Z')
const momentPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/
const itemPattern = /^[A-Z]{2,10}-\d{2,3}[a-z]?$/

/** Adds the routes. @param store undefined where no database keeps the history */
export function addHistoryRoutes(
  app: Express,
  { readers, store }: { readonly readers: RequestHandler; readonly store: ScanStore | undefined },
): void {
  const answer = (path: string, find: (store: ScanStore, request: Request) => Promise<object>) =>
    app.get(path, readers, async (request, response) => {
      if (store === undefined) {
        throw new Refusal('not_found', { detail: 'no database keeps the history of scans' })
      }
      response.json(await find(store, request).catch(refuseAway))
    })
  answer('/v1/scans', listScans)
  answer('/v1/scans/:scannedAt', findScan)
  answer('/v1/items/:item/history', findItem)
}

async function listScans(store: ScanStore, request: Request): Promise<PastScans> {
  const limit = limitOf(request)
  const before = momentOf(request.query['before'], 'before')
  const until = before === undefined ? endOfTime : new Date(before.getTime() - 1)
  const found = await store.listScans(until, limit + 1)
  const scans = found.slice(0, limit)
  const last = scans.at(-1)
  return { scans, ...(found.length > limit && last !== undefined ? { next: last.scannedAt } : {}) }
}

async function findScan(store: ScanStore, request: Request): Promise<PastScanDetail> {
  const asked = momentOf(request.params['scannedAt'], 'scannedAt') ?? endOfTime
  const since = momentOf(request.query['since'], 'since')
  if (since !== undefined && since >= asked) throw invalid('since', 'an earlier scan')
  const [scan, before] = await store.listScans(asked, 2)
  if (scan === undefined || !isOf(scan, asked)) throw new Refusal('not_found', { detail: 'no such scan' })
  const reference = since === undefined ? before : (await store.listScans(since, 1))[0]
  if (since !== undefined && (reference === undefined || !isOf(reference, since))) {
    throw new Refusal('not_found', { detail: 'no scan was made at the time of since' })
  }
  return detailOf(await stateAt(store, scan), reference && (await stateAt(store, reference)))
}

async function stateAt(store: ScanStore, scan: PastScan) {
  const at = new Date(scan.scannedAt)
  return {
    scan,
    items: await store.itemsAt(at),
    frameworks: await store.frameworksAt(at),
    standing: await store.standingAt(at),
  }
}

async function findItem(store: ScanStore, request: Request): Promise<object> {
  const item = String(request.params['item'])
  if (!itemPattern.test(item)) throw new Refusal('not_found', { detail: 'no item has that id' })
  const history = await store.itemHistory(item, mostOfItem)
  if (history.states.length === 0) throw new Refusal('not_found', { detail: 'no scan looked at that item' })
  return history
}

function isOf(scan: PastScan, at: Date): boolean {
  return scan.scannedAt === at.toISOString()
}

function momentOf(given: unknown, at: string): Date | undefined {
  if (given === undefined) return undefined
  const time = typeof given === 'string' && isMoment(given) ? new Date(given) : undefined
  if (time === undefined) throw invalid(at, 'a time of RFC 3339 in UTC')
  return time
}

function isMoment(text: string): boolean {
  const time = momentPattern.test(text) ? new Date(text) : undefined
  // The thirtieth of February is a day of March to a `Date`.
  return (
    time !== undefined && !Number.isNaN(time.getTime()) && text.startsWith(time.toISOString().slice(0, 10))
  )
}

function limitOf({ query }: Request): number {
  const given = query['limit'] ?? String(usualScans)
  const limit = typeof given === 'string' && /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (limit < 1 || limit > mostScans) throw invalid('limit', `a whole number from 1 to ${mostScans}`)
  return limit
}

function invalid(at: string, expected: string): Refusal {
  return new Refusal('query_invalid', { faults: [{ at, expected }] })
}

function refuseAway(error: unknown): never {
  if (!isDatabaseAway(error)) throw error
  const options = { detail: 'the database does not answer', headers: { 'retry-after': '5' }, cause: error }
  throw new Refusal('overloaded', options)
}
