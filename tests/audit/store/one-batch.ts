/** Batches made by hand, for tests of what is below the appender. */
import { randomUUID } from 'node:crypto'
import { joinBundle } from '../../../audit/log/bundle.ts'
import type { Frontier } from '../../../audit/log/frontier.ts'
import { emptyRoot, leafHash } from '../../../audit/log/hash.ts'
import type { NewBatch } from '../../../audit/store/append-batches.ts'

const bytes = Buffer.alloc(32, 1)

/** A batch of one entry on top of what a frontier has; the frontier grows with it. */
export function batchOn(tenant: string, frontier: Frontier, id: string = randomUUID()): NewBatch {
  const previous = {
    previousSize: frontier.size,
    previousRoot: frontier.size === 0 ? emptyRoot : frontier.root(),
  }
  const leaf = Buffer.from(`{"id":"${id}"}`)
  const hash = leafHash(leaf)
  frontier.add(hash)
  const entry = { digest: bytes, class: 'admin', facts: '{}', factsSalt: bytes }
  return {
    tenant,
    origin: `house.example/logs/${tenant}`,
    ...previous,
    size: frontier.size,
    root: frontier.root(),
    frontier: frontier.toBytes(),
    lastTime: 1_000,
    synthetic: false,
    leaves: joinBundle([leaf]),
    leafHashes: hash,
    doubtful: [id],
    entries: [{ ...entry, personalCommitment: bytes, subject: null, sealed: bytes }],
  }
}
