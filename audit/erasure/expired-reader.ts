/** Reads entries that may have served their time, opened as far as their keys allow, in pages by index. */
import type { Pool } from '#sdk'
import { auditClasses } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { Facts, Personal } from '../format/entry.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { openPersonal, subjectToken, type Purpose } from '../store/personal.ts'
import { statements } from '../store/statements.ts'
import type { WalkReader, WalkSide } from '../store/walk-reader.ts'
import { AuditError } from '../log/errors.ts'

/** An entry that still says something. */
export interface LiveEntry {
  readonly index: number
  readonly leaf: Leaf
  readonly facts: Facts
  /** Token of the subject, hex. */
  readonly token: string | undefined
  /** Undefined where its key is gone. */
  readonly personal: Personal | undefined
}

export interface LivePage {
  readonly entries: readonly LiveEntry[]
  /** Where the next page begins. */
  readonly next: number
  /** False where the log ends within the page, or what was asked does not have the rest yet. */
  readonly isWhole: boolean
  /** Time of the last entry of the page; what follows is not older. */
  readonly lastTime: number
}

/** Entries of one page, besides the rest of the last batch. */
const pageEntries = 1_000
/** Entries about subjects of one page. */
const pageAbout = 200

interface IndexRange {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

interface AboutPage {
  readonly entries: readonly LiveEntry[]
  /** Where the next page begins; undefined after the last. */
  readonly next: number | undefined
}

interface About extends IndexRange {
  readonly tokens: readonly Buffer[]
  readonly classes: readonly Facts['class'][]
}

export interface ExpiredReaderOptions {
  /** Of the role that reads. */
  readonly pool: Pool
  readonly walk: Pick<WalkReader, 'page' | 'entries'>
  /** Resolves once the indexes know everything that was acknowledged of a log. */
  readonly indexed: (tenant: string) => Promise<void>
}

export class ExpiredReader {
  readonly #pool: Pool
  readonly #walk: ExpiredReaderOptions['walk']
  readonly #indexed: ExpiredReaderOptions['indexed']

  constructor({ pool, walk, indexed }: ExpiredReaderOptions) {
    this.#pool = pool
    this.#walk = walk
    this.#indexed = indexed
  }

  /** Reads the entries of the batches that begin from an index on. */
  async page(keys: LogKeys, from: number): Promise<LivePage> {
    const to = from + pageEntries
    const { batches, sides } = await this.#walk.page(keys.tenant, { begun: from, from, to })
    const entries: LiveEntry[] = []
    for (const { previousSize, leaves } of batches) {
      for (const [at, leaf] of leaves.entries()) {
        const entry = await openEntry(keys, leaf, sides.get(previousSize + at))
        if (entry !== undefined) entries.push(entry)
      }
    }
    const last = batches.at(-1)
    const end = last?.size ?? from
    return { entries, next: Math.max(to, end), isWhole: end >= to, lastTime: last?.lastTime ?? 0 }
  }

  /** Reads disclosures about subjects, and where the next page begins; undefined at the end. */
  disclosures(keys: LogKeys, tokens: readonly string[], range: IndexRange): Promise<AboutPage> {
    const bytes = tokens.map((token) => Buffer.from(token, 'hex'))
    return this.#about(keys, { tokens: bytes, classes: ['disclosure'], ...range })
  }

  /** Reads every entry about a student, oldest first. */
  about(keys: LogKeys, student: string): AsyncIterable<LiveEntry> {
    const range = { from: 0, to: Number.MAX_SAFE_INTEGER }
    return this.aboutToken(keys, subjectToken(keys.subjectTokenKey, student), range)
  }

  /** Reads the entries of a range about whom a token stands for, oldest first. */
  async *aboutToken(keys: LogKeys, token: Buffer, { from: first, to }: IndexRange): AsyncIterable<LiveEntry> {
    for (let from: number | undefined = first; from !== undefined;) {
      const page: AboutPage = await this.#about(keys, { tokens: [token], classes: auditClasses, from, to })
      yield* page.entries
      from = page.next
    }
  }

  async #about(keys: LogKeys, { tokens, classes, from, to }: About): Promise<AboutPage> {
    const { tenant } = keys
    await this.#indexed(tenant)
    const parameters = [tenant, tokens, classes, from, to, pageAbout]
    const rows = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<{ index: number }>(statements['list-about'], parameters),
    )
    const found = await this.#walk.entries(
      tenant,
      rows.map(({ index }) => index),
    )
    const entries: LiveEntry[] = []
    for (const { leaf, side } of found) {
      const entry = await openEntry(keys, leaf, side)
      if (entry !== undefined) entries.push(entry)
    }
    const last = rows.at(-1)
    return { entries, next: last === undefined || rows.length < pageAbout ? undefined : last.index + 1 }
  }
}

async function openEntry(
  keys: LogKeys,
  bytes: Buffer,
  side: WalkSide | undefined,
): Promise<LiveEntry | undefined> {
  if (side?.facts === null || side?.facts === undefined) return undefined
  // The ledger itself wrote both; the check of its own logs says when that is no longer so.
  const leaf = JSON.parse(bytes.toString()) as Leaf
  const facts = JSON.parse(side.facts) as Facts
  const { index, subject } = side
  const personal = await openSealed(keys, { id: leaf.id, purpose: facts.class }, side)
  return { index, leaf, facts, token: subject?.toString('hex'), personal }
}

async function openSealed(
  { tenant, subjectKeys, subjectTokenKey }: LogKeys,
  { id, purpose }: { readonly id: string; readonly purpose: Purpose },
  { sealed, subject }: WalkSide,
): Promise<Personal | undefined> {
  const key = await subjectKeys.find(tenant, subject ?? subjectToken(subjectTokenKey, undefined))
  if (key === undefined || sealed === null) return undefined
  try {
    return openPersonal({ key, purpose, eventId: id }, sealed).personal
  } catch (error) {
    if (error instanceof AuditError) return undefined
    throw error
  }
}
