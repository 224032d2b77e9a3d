/** Writes a batch of one tenant into its log, inside a transaction that may write several tenants' batches. */
import type { Transaction } from '#sdk'
import type { Receipt } from '../../contracts/audit-event.ts'
import { leafHash } from '../log/hash.ts'
import { encodeLeaf } from '../log/leaf.ts'
import { tileHeight } from '../log/subtree.ts'
import { enterLog, type Head } from '../store/head.ts'
import { statements } from '../store/statements.ts'
import type { Prepared } from './prepare.ts'

export interface Batch {
  readonly tenant: string
  readonly origin: string
  readonly events: readonly Prepared[]
  /** Milliseconds since the epoch; leaves never get an earlier time than the one before them. */
  readonly now: number
  /** Refuses a head that contradicts what was signed, by throwing. */
  readonly holdAgainst: (head: Pick<Head, 'frontier' | 'root'>) => void
}

interface Known {
  readonly index: number
  readonly leafHash: Buffer
  readonly digest: Buffer
}

interface Sequenced {
  readonly prepared: Prepared
  readonly leaf: string
  readonly leafHash: Buffer
}

/** Appends what is new and answers every event, in order. The transaction holds the log until it ends. */
export async function writeBatch(tx: Transaction, batch: Batch): Promise<Receipt[]> {
  const { tenant, events } = batch
  const head = await enterLog(tx, tenant)
  batch.holdAgainst(head)
  const known = await findKnown(tx, batch)
  const { fresh, receipts } = sequence(events, { known, head, now: batch.now })
  if (fresh.length > 0) await writeFresh(tx, batch, { head, fresh })
  return receipts
}

async function findKnown(tx: Transaction, { tenant, events }: Batch): Promise<Map<string, Known>> {
  const rows = await tx.query<{
    id: string
    producer: string
    index: number
    leaf_hash: Buffer
    digest: Buffer
  }>(statements['find-known'], [
    tenant,
    events.map(({ event }) => event.id),
    events.map(({ event }) => event.producer),
  ])
  return new Map(
    rows.map(({ id, producer, index, leaf_hash, digest }) => [
      `${producer} ${id}`,
      { index, leafHash: leaf_hash, digest },
    ]),
  )
}

interface Sequencing {
  readonly known: Map<string, Known>
  readonly head: Head
  readonly now: number
}

/** Gives positions to what is new; an event that comes twice in one batch is the same event. */
function sequence(events: readonly Prepared[], { known, head, now }: Sequencing) {
  const first = head.frontier.size
  const time = Math.max(now, head.lastTime)
  const fresh: Sequenced[] = []
  const receipts = events.map((prepared): Receipt => {
    const { event, digest, commitment } = prepared
    const { id, producer, sequence: count } = event
    const earlier = known.get(`${producer} ${id}`)
    if (earlier !== undefined) return receiptOfKnown(id, earlier, digest)
    const leaf = encodeLeaf({
      commitment,
      id,
      producer,
      time,
      ...(count === undefined ? {} : { sequence: count }),
    })
    const appended = { index: first + fresh.length, leafHash: leafHash(Buffer.from(leaf)), digest }
    fresh.push({ prepared, leaf, leafHash: appended.leafHash })
    known.set(`${producer} ${id}`, appended)
    return { id, outcome: 'appended', index: appended.index, leafHash: appended.leafHash.toString('base64') }
  })
  return { fresh, receipts }
}

function receiptOfKnown(id: string, { index, leafHash: hash, digest }: Known, offered: Buffer): Receipt {
  if (digest.equals(offered)) {
    return { id, outcome: 'duplicate', index, leafHash: hash.toString('base64') }
  }
  return { id, outcome: 'conflict', detail: 'this id was used by the same producer for another event' }
}

async function writeFresh(
  tx: Transaction,
  { tenant, origin, now }: Batch,
  { head, fresh }: { readonly head: Head; readonly fresh: readonly Sequenced[] },
): Promise<void> {
  const { frontier } = head
  const first = frontier.size
  if (first === 0) await tx.query(statements['insert-log'], [tenant, origin])
  const nodes: StoredNode[] = []
  for (const { leafHash: leaf } of fresh) {
    frontier.add(leaf, (level, index, hash) => {
      if (level % tileHeight === 0) nodes.push({ level, index, hash })
    })
  }
  await tx.query(statements['insert-batch'], [
    tenant,
    first,
    ...entryColumns(fresh),
    nodes.map(({ level }) => level),
    nodes.map(({ index }) => index),
    nodes.map(({ hash }) => hash),
    frontier.size,
    frontier.root(),
    frontier.toBytes(),
    Math.max(now, head.lastTime),
  ])
}

interface StoredNode {
  readonly level: number
  readonly index: number
  readonly hash: Buffer
}

/** Lists the columns of new entries and their side rows as `insert-batch.sql` takes them. */
function entryColumns(fresh: readonly Sequenced[]): unknown[][] {
  const prepared = fresh.map((each) => each.prepared)
  return [
    prepared.map(({ event }) => event.id),
    prepared.map(({ event }) => event.producer),
    prepared.map(({ digest }) => digest),
    fresh.map(({ leaf }) => leaf),
    fresh.map((each) => each.leafHash),
    prepared.map(({ event }) => event.facts.class),
    prepared.map(({ event }) => event.facts.synthetic === true),
    prepared.map(({ facts }) => facts),
    prepared.map(({ factsSalt }) => factsSalt),
    prepared.map(({ personalCommitment }) => personalCommitment),
    prepared.map(({ subject }) => subject),
    prepared.map(({ sealed }) => sealed),
  ]
}
