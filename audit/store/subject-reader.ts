/** Reads everything about one subject with its proofs, for the report the subject is owed. */
import type { KeyObject } from 'node:crypto'
import type { Pool } from '#sdk'
import type { Leaf } from '../../contracts/leaf.ts'
import { unpackLeaves } from '../log/leaf-rows.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import { inclusionRanges, type LeafRange } from '../log/subtree.ts'
import type { Facts } from '../format/entry.ts'
import type { SubjectEntry } from '../report/student-report.ts'
import type { LogTiles } from './log-tiles.ts'
import type { Log } from './logs.ts'
import { openPersonal, subjectToken } from './personal.ts'
import { statements } from './statements.ts'
import { readRangeHashes } from './tree.ts'

interface ListedRow {
  readonly index: number
  /** First entry of the batch it is in. */
  readonly batch: number
}

interface SideRow {
  readonly index: number
  readonly facts: string | null
  readonly salt: Buffer | null
  readonly sealed: Buffer | null
}

export interface SubjectQuery {
  readonly subject: string
  /** Signed size: entries from it on are not read, and all proofs lead to its root. */
  readonly size: number
  readonly classes: readonly string[]
  /** Most entries that are read. */
  readonly limit: number
}

const pageLength = 1_000

interface Page extends Pick<SubjectQuery, 'size' | 'classes'> {
  readonly tenant: string
  /** Of the subject. */
  readonly token: Buffer
  readonly from: number
  readonly count: number
}

export class SubjectReader {
  readonly #pool: Pool
  readonly #tiles: LogTiles

  constructor(pool: Pool, tiles: LogTiles) {
    this.#pool = pool
    this.#tiles = tiles
  }

  /** Tells whether a subject has a key: there was an event about them, and they were not erased. */
  async isKnown({ keys }: Log, subject: string): Promise<boolean> {
    const token = subjectToken(keys.subjectTokenKey, subject)
    return (await keys.subjectKeys.find(keys.tenant, token)) !== undefined
  }

  /** Reads entries about a subject, ascending; those whose data or key are gone come without what opened them. */
  async entries(log: Log, { subject, size, classes, limit }: SubjectQuery): Promise<SubjectEntry[]> {
    const { tenant, subjectTokenKey, subjectKeys } = log.keys
    const token = subjectToken(subjectTokenKey, subject)
    const key = await subjectKeys.find(tenant, token)
    const entries: SubjectEntry[] = []
    for (let from = 0; entries.length < limit;) {
      const count = Math.min(pageLength, limit - entries.length)
      const { rows, sides, leaves } = await this.#page({ tenant, token, from, size, classes, count })
      const paths = await this.#paths(tenant, { indices: rows.map(({ index }) => index), size })
      for (const [at, row] of rows.entries()) {
        const parts = { leaf: leafAt(leaves, row), side: sides.get(row.index), path: paths[at] ?? [], key }
        entries.push(entryOf(row.index, parts))
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < count) break
      from = last.index + 1
    }
    return entries
  }

  #page({ tenant, token, from, size, classes, count }: Page) {
    return this.#pool.inTenant(tenant, async (tx) => {
      const parameters = [tenant, token, from, size, classes, count]
      const rows = await tx.query<ListedRow>(statements['read-subject-entries'], parameters)
      const wanted = [...new Set(rows.map(({ batch }) => batch))]
      const sides = await tx.query<SideRow>(statements['read-subject-side'], [tenant, wanted, token])
      const batches = await tx.query<{ batch: number; leaves: Buffer }>(statements['read-batches-at'], [
        tenant,
        wanted,
      ])
      return {
        rows,
        sides: new Map(sides.map((row) => [row.index, row])),
        leaves: new Map(batches.map(({ batch, leaves }) => [batch, unpackLeaves(leaves)])),
      }
    })
  }

  /** Computes audit paths together: paths of one log share most of their upper hashes. */
  async #paths(
    tenant: string,
    { indices, size }: { readonly indices: readonly number[]; readonly size: number },
  ): Promise<Buffer[][]> {
    const wanted = indices.map((index) => inclusionRanges(index, size))
    const distinct = new Map<string, LeafRange>(wanted.flat().map((range) => [nameOf(range), range]))
    const hashes = await readRangeHashes({ tiles: this.#tiles, tenant, size }, [...distinct.values()])
    const byName = new Map([...distinct.keys()].map((name, at) => [name, hashes[at]]))
    // Every range of a path is among the distinct ones.
    return wanted.map((ranges) => ranges.map((range) => byName.get(nameOf(range)) as Buffer))
  }
}

function nameOf({ start, end }: LeafRange): string {
  return `${start} ${end}`
}

function leafAt(leaves: ReadonlyMap<number, readonly Buffer[]>, { index, batch }: ListedRow): Buffer {
  const leaf = leaves.get(batch)?.[index - batch]
  if (leaf === undefined) throw new AuditError('AUDIT_LOG_CORRUPT', `no batch holds entry ${index}`)
  return leaf
}

interface EntryParts {
  readonly leaf: Buffer
  /** Absent once all of it is erased. */
  readonly side: SideRow | undefined
  readonly path: readonly Buffer[]
  readonly key: KeyObject | undefined
}

function entryOf(index: number, { leaf: bytes, side, path, key }: EntryParts): SubjectEntry {
  // The ledger itself wrote both, and their commitments prove it.
  const leaf = JSON.parse(bytes.toString()) as Leaf
  const place = { index, leaf, leafHash: leafHash(bytes), path }
  const { facts = null, salt = null, sealed = null } = side ?? {}
  if (facts === null || salt === null || sealed === null || key === undefined) return place
  const known = JSON.parse(facts) as Facts
  const { salt: personalSalt, personal } = openPersonal(
    { key, purpose: known.class, eventId: leaf.id },
    sealed,
  )
  return { ...place, opened: { facts: known, factsSalt: salt, personal, personalSalt } }
}
