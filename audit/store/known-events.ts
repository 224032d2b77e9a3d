/** Which of the offered events a log has already, and what was answered then. */
import type { Pool } from '#sdk'
import { statements } from './statements.ts'

export interface KnownEvent {
  readonly index: number
  readonly leafHash: Buffer
  /** Keyed hash of the whole event. */
  readonly digest: Uint8Array
}

/** Names an event within a log. */
export function eventName({ producer, id }: { readonly producer: string; readonly id: string }): string {
  return `${producer} ${id}`
}

/** Finds the known ones among events of one tenant, by `eventName`. */
export async function findKnown(
  pool: Pool,
  tenant: string,
  events: readonly { readonly id: string; readonly producer: string }[],
): Promise<Map<string, KnownEvent>> {
  const rows = await pool.inTenant(tenant, (tx) =>
    tx.query<{ id: string; producer: string; index: number; leaf_hash: Buffer; digest: Buffer }>(
      statements['find-known'],
      [tenant, events.map(({ id }) => id), events.map(({ producer }) => producer)],
    ),
  )
  return new Map(
    rows.map((row) => [eventName(row), { index: row.index, leafHash: row.leaf_hash, digest: row.digest }]),
  )
}
