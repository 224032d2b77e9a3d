/** Gives events their positions in a log: pure, so that a batch can be made again on another head. */
import type { Receipt } from '../../contracts/audit-event.ts'
import { leafHash } from '../log/hash.ts'
import { packLeaves } from '../log/leaf-rows.ts'
import { encodeLeaf, type LeafParts } from '../log/leaf.ts'
import type { NewBatch } from '../store/append-batches.ts'
import type { Head } from '../store/head.ts'
import type { IndexKey } from '../store/index-store.ts'
import { eventName, type KnownEvent } from '../store/known-events.ts'
import { EntryHashes } from './entry-hashes.ts'
import type { Prepared } from './prepare.ts'

export interface Sequencing {
  readonly tenant: string
  readonly origin: string
  /** Stays as it is. */
  readonly head: Head
  /** Milliseconds since the epoch; leaves never get an earlier time than the one before them. */
  readonly now: number
  /** Finds an event that is in the log already, by `eventName`; it need not find all. */
  readonly find: (name: string) => KnownEvent | undefined
  /** Tells whether an id that was not found may be in the log all the same. */
  readonly isDoubtful: (id: string) => boolean
}

/** A batch on top of a head. */
export interface Addition {
  readonly batch: NewBatch
  /** After it. */
  readonly head: Head
  /** What it adds, by `eventName`, in order. */
  readonly known: ReadonlyMap<string, KnownEvent>
  /** Greatest id it adds. */
  readonly highest: string
  /** What the index finds its entries by, in their order. */
  readonly keys: readonly IndexKey[]
  /** What search finds its entries by, in their order. */
  readonly searchTokens: readonly (readonly string[])[]
}

export interface Sequenced {
  /** In the order of the events. */
  readonly receipts: readonly Receipt[]
  /** Events whose id stands for another event already. */
  readonly conflicts: readonly Prepared[]
  /** What to write and the head after it; absent when nothing is new. */
  readonly addition?: Addition
}

/** Sequences events; one that comes twice in one batch is the same event. */
export function sequence(events: readonly Prepared[], sequencing: Sequencing): Sequenced {
  const { head, find, isDoubtful } = sequencing
  const lastTime = Math.max(sequencing.now, head.lastTime)
  const frontier = head.frontier.copy()
  const seen = new Map<string, KnownEvent>()
  const fresh: Prepared[] = []
  const conflicts: Prepared[] = []
  const leaves: LeafParts[] = []
  const hashes = new EntryHashes(events.length)
  const receipts = events.map((prepared): Receipt => {
    const { event, digest } = prepared
    const name = eventName(event)
    const earlier = seen.get(name) ?? find(name)
    if (earlier !== undefined) {
      const isSame = Buffer.compare(earlier.digest, digest) === 0
      if (!isSame) conflicts.push(prepared)
      return isSame ? duplicate(event.id, earlier) : conflict(event.id)
    }
    const leaf = leafOf(prepared, lastTime)
    const index = frontier.size
    const hash = leafHash(encodeLeaf(leaf))
    frontier.add(hash)
    fresh.push(prepared)
    leaves.push(leaf)
    seen.set(name, hashes.add(index, hash, digest))
    return { id: event.id, outcome: 'appended', index, leafHash: hash.toString('base64') }
  })
  if (fresh.length === 0) return { receipts, conflicts }
  const after: Head = { frontier, root: frontier.root(), lastTime }
  const content = { leaves: packLeaves(leaves), leafHashes: hashes.leafHashes }
  const keys = fresh.map(({ event: { id, producer } }) => ({ id, producer }))
  const highest = keys.reduce((most, { id }) => (id > most ? id : most), '')
  const doubtful = keys.map(({ id }) => id).filter(isDoubtful)
  const batch = batchOf(sequencing, after, fresh, { ...content, doubtful })
  const searchTokens = fresh.map((prepared) => prepared.searchTokens)
  return { receipts, conflicts, addition: { batch, head: after, known: seen, highest, keys, searchTokens } }
}

function leafOf({ event, commitment, eventTime }: Prepared, time: number): LeafParts {
  const { id, producer, sequence: count, facts } = event
  return {
    commitment,
    eventTime,
    id,
    producer,
    time,
    ...(count === undefined ? {} : { sequence: count }),
    ...(facts.synthetic === true ? { synthetic: true } : {}),
  }
}

function duplicate(id: string, { index, leafHash: hash }: KnownEvent): Receipt {
  return { id, outcome: 'duplicate', index, leafHash: hash.toString('base64') }
}

function conflict(id: string): Receipt {
  return { id, outcome: 'conflict', detail: 'this id was used by the same producer for another event' }
}

function batchOf(
  { tenant, origin, head }: Sequencing,
  after: Head,
  fresh: readonly Prepared[],
  content: Pick<NewBatch, 'leaves' | 'leafHashes' | 'doubtful'>,
): NewBatch {
  return {
    tenant,
    origin,
    previousSize: head.frontier.size,
    previousRoot: head.root,
    size: after.frontier.size,
    root: after.root,
    frontier: after.frontier.toBytes(),
    lastTime: after.lastTime,
    synthetic: fresh.some(({ event }) => event.facts.synthetic === true),
    ...content,
    entries: fresh.map(({ event, digest, facts, factsSalt, personalCommitment, subject, sealed }) => ({
      class: event.facts.class,
      digest,
      facts,
      factsSalt,
      personalCommitment,
      subject,
      sealed,
    })),
  }
}
