/**
 * A producer, a spool and a ledger over many lives of the machine: what was acknowledged must arrive, each event once,
 * every tenant's in order and without a hole in its numbers.
 */
import { expect } from 'chai'
import { openSpool, type Spool } from '../../../sdk/spool/spool.ts'
import type { PowerCutFiles } from './power-cut-files.ts'
import { spoolParts } from './spool-parts.ts'

export const folder = '/spool'
export const tenants = ['university_a', 'university_b', 'drill'] as const

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function anEvent(tenant: string, words = 1) {
  return {
    tenant,
    facts: { class: 'admin', action: 'user.created', outcome: 'success' },
    personal: { actor: 'account-1', interest: 'maintenance of accounts '.repeat(words).trim() },
  } as const
}

/** Takes events as the ledger does: by id, once. */
export class Taker {
  readonly #ids = new Set<string>()
  readonly #sequences = new Map<string, number[]>()

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  get size(): number {
    return this.#ids.size
  }

  sequences(tenant: string): readonly number[] {
    return this.#sequences.get(tenant) ?? []
  }

  /** Takes what waits, a batch of it; `forgets` loses the answer. Answers whether there was any. */
  async takeFrom(spool: Spool, limit: number, forgets = false): Promise<boolean> {
    const taken = await spool.backlog.takeNext(
      { limit, heldTenants: new Set() },
      async ({ events, settle }) => {
        for (const { id, tenant, sequence } of events) {
          if (this.#ids.has(id)) continue
          this.#ids.add(id)
          const known = this.#sequences.get(tenant)
          if (known === undefined) this.#sequences.set(tenant, [sequence])
          else known.push(sequence)
        }
        if (!forgets) await settle(events)
        return events.length > 0
      },
    )
    return taken ?? false
  }

  /** Holds that every acknowledged event arrived, and every tenant's numbers from 0 in order without a hole. */
  expectAll(acknowledged: Iterable<string>): void {
    for (const id of acknowledged) expect(this.#ids.has(id), `acknowledged event ${id}`).to.equal(true)
    for (const [tenant, sequences] of this.#sequences) {
      expect(sequences, tenant).to.deep.equal(sequences.map((_, index) => index))
    }
  }
}

export interface Life {
  readonly random: () => number
  readonly taker: Taker
  readonly acknowledged: Set<string>
}

/** Records and delivers at random until the disk is gone or the rounds are over; answers the spool. */
export async function live(
  files: PowerCutFiles,
  { random, taker, acknowledged }: Life,
  rounds: number,
): Promise<void> {
  const spool = await openSpool({ folder, maxBytes: 2 ** 20 }, spoolParts(files))
  for (let round = 0; round < rounds; round++) {
    const burst = Array.from({ length: 1 + Math.floor(random() * 6) }, async () => {
      const tenant = tenants[Math.floor(random() * tenants.length)] ?? 'drill'
      acknowledged.add(await spool.record(anEvent(tenant, 1 + Math.floor(random() * 40))))
    })
    const settled = Promise.allSettled(burst)
    // Sometimes the next events come before these are on disk.
    if (random() < 0.7) await settled
    if (random() < 0.5) await taker.takeFrom(spool, 1 + Math.floor(random() * 20), random() < 0.2)
    if (random() < 0.05) await spool.close()
    await settled
  }
  await spool.close()
}

/** Opens once more and delivers everything. */
export async function drain(files: PowerCutFiles, taker: Taker): Promise<void> {
  const spool = await openSpool({ folder, maxBytes: 2 ** 20 }, spoolParts(files))
  while (await taker.takeFrom(spool, 50));
  await spool.close()
}
