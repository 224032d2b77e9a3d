/**
 * `GET /v1/logs/:tenant/tile/…`: tiles and entry bundles as C2SP tlog-tiles lays down, out of files. Only what a
 * signed checkpoint covers is shown, and partial tiles only of sizes that were signed.
 */
import type { Request, RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import type { LeafRange } from '../log/subtree.ts'
import { leavesPerHash, parseTilePath, tileWidth, widthAt, type TilePlace } from '../log/tile.ts'
import { inflateBundle, type LogTiles } from '../store/log-tiles.ts'
import type { Reader } from '../store/reader.ts'
import { publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { checkEntries } from './period.ts'
import { recordShown } from './view-event.ts'

export interface TileRouteParts extends LogRouteParts {
  readonly tiles: LogTiles
}

/** What stands at a path never changes; it is one log's, so no shared cache may keep it. */
const forever = 'private, max-age=31536000, immutable'

/** Answers a tile or a bundle; bundles as they lie there, compressed, to whoever takes gzip. */
export function getTile({ sdk, reader, tiles, appender }: TileRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const place = placeOf(request)
    if (place.level === 'entries') requireProofs(request)
    const { size } = await publishedOf(reader, tenant)
    if (!(await isPublished(reader, { tenant, place, size }))) throw new Refusal('not_found')
    if (place.level === 'entries') await checkEntries(request, { reader, tenant }, entriesOf(place))
    const stored = await tiles.readStored(tenant, place)
    if (stored === undefined) throw new Refusal('not_found')
    response.set('cache-control', forever).type('application/octet-stream')
    if (place.level !== 'entries') return void response.send(stored)
    response.vary('accept-encoding')
    const isGzip = request.acceptsEncodings('gzip') !== false
    const body = isGzip ? stored : await inflateBundle(stored)
    const { start: from, end: to } = entriesOf(place)
    await recordShown(request, appender, { tenant, format: 'bundle', from, to, body })
    if (isGzip) response.set('content-encoding', 'gzip')
    response.send(body)
  }
}

/** Leaves tell when something happened and who wrote it down: more than a witness needs. */
function requireProofs(request: Request): void {
  if (tokenOf(request).scopes.includes('proofs:read')) return
  throw new Refusal('forbidden', { detail: 'the token lacks the scope proofs:read' })
}

function entriesOf({ index, width }: TilePlace): LeafRange {
  return { start: index * tileWidth, end: index * tileWidth + width }
}

function placeOf(request: Request): TilePlace {
  const path: unknown = request.params['path']
  const place = Array.isArray(path) ? parseTilePath(`tile/${path.join('/')}`) : undefined
  if (place === undefined) throw new Refusal('not_found')
  return place
}

async function isPublished(
  reader: Reader,
  { tenant, place, size }: { readonly tenant: string; readonly place: TilePlace; readonly size: number },
): Promise<boolean> {
  if (place.width > widthAt(place, size)) return false
  if (place.width === tileWidth) return true
  const leaves = leavesPerHash(place.level)
  const from = (place.index * tileWidth + place.width) * leaves
  return reader.hasCheckpoint(tenant, from, from + leaves)
}
