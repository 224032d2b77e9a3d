/** Holds one log, whole, against what was acknowledged and what was signed on the way. */
import { expect } from 'chai'
import { join } from 'node:path'
import { openCheckpoint } from '../../../audit/log/checkpoint.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { parseVerifierKey } from '../../../audit/log/note.ts'
import { verifyInclusion } from '../../../audit/log/proof.ts'
import { TileEdge, type Tile } from '../../../audit/log/tile-edge.ts'
import { holdTiles } from '../../../audit/publish/walk-tiles.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { LogTiles } from '../../../audit/store/log-tiles.ts'
import type { Receipt } from '../../../contracts/audit-event.ts'
import { canonicalJson } from '../../../contracts/canonical-json.ts'
import type { Leaf } from '../../../contracts/leaf.ts'
import { checkLog } from '../../support/check-log.ts'
import { ask, type LedgerProcess } from '../ledger-process.ts'

export interface Expected {
  readonly tenant: string
  /** Entries the log must have at least. */
  readonly size: number
  readonly receipts: readonly Receipt[]
  /** Every checkpoint that anybody was ever shown. */
  readonly notes: Iterable<string>
}

/** Answers the ids in the log, in order. */
export async function holdLog(ledger: LedgerProcess, expected: Expected): Promise<readonly string[]> {
  const { tenant, receipts, notes } = expected
  // Verifies the export offline and holds that no event is in it twice.
  const { lines, ids, vkey } = await checkLog(ledger, tenant, expected.size)
  const leaves = lines
    .map((line) => (JSON.parse(line) as { leaf?: Leaf }).leaf)
    .filter((leaf) => leaf !== undefined)
  holdOrder(leaves)
  const entries = leaves.map((leaf) => Buffer.from(canonicalJson(leaf)))
  for (const { index = -1, id, leafHash: hash } of receipts) {
    expect(ids[index], `the event acknowledged at ${index}`).to.equal(id)
    expect(leafHash(entries[index] as Buffer).toString('base64')).to.equal(hash)
  }
  const { full, edge, roots } = derive(entries)
  for (const note of notes) {
    const { size, root } = openCheckpoint(note, parseVerifierKey(vkey))
    expect(roots[size]?.equals(root), `the checkpoint of ${size} is of this log`).to.equal(true)
  }
  const tiles = new LogTiles(new FileTiles(join(ledger.home.folder, 'ledger/tiles')))
  await holdTiles(tiles, tenant, [...full, ...edge.partials()])
  await holdProofs(ledger, tenant, { entries, edge })
  return ids
}

/** Numbers of each producer that counts its events: from 0 without a hole, in the order of the log. */
function holdOrder(leaves: readonly Leaf[]): void {
  const counted = leaves.filter(({ sequence }) => sequence !== undefined)
  for (const [producer, own] of Map.groupBy(counted, (leaf) => leaf.producer)) {
    const numbers = own.map(({ sequence }) => sequence)
    expect(numbers, producer).to.deep.equal(own.map((_, at) => at))
  }
}

interface Derived {
  readonly full: readonly Tile[]
  readonly edge: TileEdge
  /** By size. */
  readonly roots: readonly Buffer[]
}

function derive(entries: readonly Buffer[]): Derived {
  const edge = new TileEdge()
  const full: Tile[] = []
  const roots = [edge.root()]
  for (const entry of entries) {
    full.push(...edge.add(entry, leafHash(entry)))
    roots.push(edge.root())
  }
  return { full, edge, roots }
}

interface Whole {
  readonly entries: readonly Buffer[]
  readonly edge: TileEdge
}

/** Asks for the proofs of some entries and checks them here. */
async function holdProofs(ledger: LedgerProcess, tenant: string, { entries, edge }: Whole): Promise<void> {
  const { size } = edge
  for (let part = 0; part < 8; part++) {
    const index = Math.floor(((size - 1) * part) / 7)
    const path = `/v1/logs/${tenant}/proof/inclusion?index=${index}&size=${size}`
    const answer = (await (await ask(ledger, path)).json()) as { path: string[] }
    const hashes = answer.path.map((hash) => Buffer.from(hash, 'base64'))
    const hash = leafHash(entries[index] as Buffer)
    verifyInclusion({ index, size, leafHash: hash, path: hashes }, edge.root())
  }
}
