/** Which entries the events of retention list: only what one of them covers may be empty for that cause. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { isInRuns } from '../../contracts/retention.ts'
import { commitFacts, commitLeaf } from '../log/leaf.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { WalkReader } from '../store/walk-reader.ts'

/** Events whose lists are kept: entries that follow one another mostly went by the same few. */
const maxKept = 8

export class WalkRetirements {
  readonly #keys: Pick<LogKeys, 'tenant'>
  readonly #reader: Pick<WalkReader, 'ownEntry'>
  readonly #runs = new Map<string, readonly number[]>()

  constructor(keys: Pick<LogKeys, 'tenant'>, reader: Pick<WalkReader, 'ownEntry'>) {
    this.#keys = keys
    this.#reader = reader
  }

  /** Tells whether an event of the log, as its leaf has committed to it, lists an entry as retired. */
  async covers(event: string, index: number): Promise<boolean> {
    let runs = this.#runs.get(event)
    if (runs === undefined) {
      runs = await this.#read(event)
      if (this.#runs.size >= maxKept) this.#runs.clear()
      this.#runs.set(event, runs)
    }
    return isInRuns(runs, index)
  }

  async #read(event: string): Promise<readonly number[]> {
    const entry = await this.#reader.ownEntry(this.#keys.tenant, event)
    const { facts: text, salt, personal_commitment: personal } = entry?.side ?? {}
    if (entry === undefined || !text || !salt || !personal) return []
    try {
      // Both are compared by commitment, whatever they hold.
      const leaf = JSON.parse(entry.leaf.toString()) as Leaf
      const facts = JSON.parse(text) as AuditEvent['facts']
      const isOwn = leaf.id === event && leaf.producer === 'ledger' && facts.action === 'retention.applied'
      if (!isOwn || commitLeaf(commitFacts(facts, salt), personal) !== leaf.commitment) return []
      return facts.retention?.runs ?? []
    } catch (error) {
      if (error instanceof Error) return []
      throw error
    }
  }
}
