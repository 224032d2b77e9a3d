/**
 * What was kept of a log from earlier: checkpoints, alone or inside proofs. A log that was rewritten with its own key is
 * whole in itself; only what somebody kept of the log before it tells.
 */
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { openCheckpointInChain, type ChainKey } from '../log/handover.ts'
import { parseTlogProof } from '../log/tlog-proof.ts'

/** Said of a log whose key signed for other entries than it has now. */
export const rewrittenDetail =
  'the key of this log signed another root for this size, in what was kept from earlier: the log was rewritten'

/** The roots a log had at earlier sizes, for whoever derives it entry by entry. */
export class EarlierRoots {
  readonly #checkpoints: readonly Checkpoint[]
  /** Largest size at which the log was what was kept of it. */
  #held = 0

  /**
   * @param texts as `openEarlier` reads them
   * @throws AuditError what `openEarlier` throws
   */
  constructor(texts: readonly string[], chain: readonly ChainKey[]) {
    this.#checkpoints = texts.map((text) => openEarlier(text, chain))
  }

  /** Fewest entries the log must have. */
  get leastSize(): number {
    return Math.max(0, ...this.#checkpoints.map(({ size }) => size))
  }

  get held(): number {
    return this.#held
  }

  /** Tells whether the log agrees at a size with all that was kept of it. */
  holds(size: number, rootOf: () => Buffer): boolean {
    const of = this.#checkpoints.filter((checkpoint) => checkpoint.size === size)
    if (of.length === 0) return true
    const root = rootOf()
    if (!of.every((checkpoint) => checkpoint.root.equals(root))) return false
    this.#held = size
    return true
  }
}

/**
 * Opens the checkpoint in a kept text: a checkpoint, a `.tlog-proof`, or a proof through the anchor log.
 *
 * @throws AuditError AUDIT_NOTE_UNSIGNED when no key of the log signed it, AUDIT_PROOF_MALFORMED or what reading throws
 */
export function openEarlier(text: string, chain: readonly ChainKey[]): Checkpoint {
  return openCheckpointInChain(noteOf(text), chain)
}

function noteOf(text: string): string {
  if (text.startsWith('c2sp.org/tlog-proof@')) return parseTlogProof(text).note
  return text.trimStart().startsWith('{') ? parseTlogProof(entryOf(text)).note : text
}

function entryOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && 'entry' in value && typeof value.entry === 'string') {
      return value.entry
    }
  } catch (cause) {
    throw new AuditError('AUDIT_PROOF_MALFORMED', 'the proof is not json', { cause })
  }
  throw new AuditError('AUDIT_PROOF_MALFORMED', 'expected a checkpoint or a proof')
}
