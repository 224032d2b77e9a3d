/**
 * Turns batches into tiles: takes up the edge where the last signed checkpoint left it, and proves while it goes
 * that the new size extends the signed one and has the roots the writer stored.
 */
import type { Pool } from '#sdk'
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import { partialPlaces } from '../log/tile.ts'
import { TileEdge, type Tile } from '../log/tile-edge.ts'
import { readBatches, wholeBatches, type StoredBatch } from '../store/batches.ts'
import type { LogTiles } from '../store/log-tiles.ts'

export interface TileFollowerOptions {
  readonly pool: Pool
  readonly tiles: LogTiles
  /** Told that a log's tiles were missing or wrong and are written again from its batches. */
  readonly onRebuilding: (tenant: string) => void
}

/** Entries that are read at once, and after which full tiles are written: some 2 ms of the thread that answers. */
const pageEntries = 1_024

/** Most logs whose edge stays in memory from one checkpoint to the next: each some 60 kB at most. */
const maxKeptEdges = 1_000

export class TileFollower {
  readonly #options: TileFollowerOptions
  /** As the last checkpoint left them. */
  readonly #edges = new Map<string, TileEdge>()

  constructor(options: TileFollowerOptions) {
    this.#options = options
  }

  /**
   * Writes every tile that a checkpoint of `size` needs; all are durable when it resolves.
   *
   * @param signed what was signed last; the tiles up to it are taken as they are once they give its root
   * @returns the root of the first `size` entries
   * @throws AuditError AUDIT_LOG_FORKED when the entries do not extend what was signed, AUDIT_LOG_CORRUPT when
   *   they are not all there or do not give the stored roots
   */
  async advance(tenant: string, signed: Checkpoint | undefined, size: number): Promise<Buffer> {
    const { tiles } = this.#options
    const edge = await this.#resume(tenant, signed)
    const known = new Set(
      signed === undefined || edge.size === 0 ? [] : partialPlaces(signed.size).map(nameOf),
    )
    while (edge.size < size) {
      const full: Tile[] = []
      for (const batch of await this.#read(tenant, edge.size, Math.min(edge.size + pageEntries, size))) {
        full.push(...addBatch(edge, batch))
        holdSigned(edge, batch, signed)
      }
      await tiles.write(tenant, full)
    }
    await tiles.write(
      tenant,
      edge.partials().filter(({ place }) => !known.has(nameOf(place))),
    )
    this.#keep(tenant, edge)
    return edge.root()
  }

  #keep(tenant: string, edge: TileEdge): void {
    // Logs come in turn: letting the oldest go would leave none in time for its next turn.
    if (this.#edges.size < maxKeptEdges) this.#edges.set(tenant, edge)
  }

  async #read(tenant: string, from: number, to: number): Promise<readonly StoredBatch[]> {
    const batches = await this.#options.pool.inTenant(tenant, (tx) => readBatches(tx, tenant, { from, to }))
    if (batches.length > 0) return wholeBatches(batches)
    throw new AuditError('AUDIT_LOG_CORRUPT', `no batch begins at entry ${from}`)
  }

  /** Reads the edge from its partial tiles; where they do not give the signed root, it begins at the first entry. */
  async #resume(tenant: string, signed: Checkpoint | undefined): Promise<TileEdge> {
    const kept = this.#edges.get(tenant)
    // It is taken out: whatever fails from here on begins with what is on disk.
    this.#edges.delete(tenant)
    if (signed === undefined) return new TileEdge()
    if (kept?.size === signed.size && kept.root().equals(signed.root)) return kept
    const { tiles, onRebuilding } = this.#options
    try {
      const partials: Tile[] = []
      for (const place of partialPlaces(signed.size)) {
        partials.push({ place, bytes: await tiles.readAt(tenant, place, signed.size) })
      }
      const edge = TileEdge.resume(signed.size, partials)
      if (edge.root().equals(signed.root)) return edge
    } catch (error) {
      if (!(error instanceof AuditError)) throw error
    }
    onRebuilding(tenant)
    return new TileEdge()
  }
}

function addBatch(edge: TileEdge, { previousSize, leaves, root }: StoredBatch): Tile[] {
  if (previousSize !== edge.size) {
    throw new AuditError(
      'AUDIT_LOG_CORRUPT',
      `found a batch from entry ${previousSize}, expected ${edge.size}`,
    )
  }
  const full = leaves.flatMap((leaf) => edge.add(leaf, leafHash(leaf)))
  if (edge.root().equals(root)) return full
  throw new AuditError('AUDIT_LOG_CORRUPT', `the entries up to ${edge.size} do not give the stored root`)
}

/** The entries that were signed for end with a batch, and have the root that was signed. */
function holdSigned(edge: TileEdge, { previousSize }: StoredBatch, signed: Checkpoint | undefined): void {
  if (signed === undefined || previousSize >= signed.size || edge.size < signed.size) return
  if (edge.size === signed.size && edge.root().equals(signed.root)) return
  throw new AuditError(
    'AUDIT_LOG_FORKED',
    `the first ${signed.size} entries have another root than was signed`,
  )
}

function nameOf({ level, index, width }: Tile['place']): string {
  return `${level} ${index} ${width}`
}
