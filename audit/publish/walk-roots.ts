/** Holds the roots a walk derives against the stored and the signed ones. */
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { openCheckpointInChain, type ChainKey } from '../log/handover.ts'
import { WalkFinding } from './walk-finding.ts'

export interface StoredNote {
  readonly size: number
  readonly note: string
}

export class WalkRoots {
  readonly #chain: readonly ChainKey[]
  /** Signed roots that are still ahead, by size. */
  readonly #signed = new Map<number, Buffer[]>()
  /** Sizes up to which a stored and a signed root were right. */
  #stored = 0
  #held = 0

  constructor(chain: readonly ChainKey[]) {
    this.#chain = chain
  }

  /**
   * Takes what was signed for sizes to come.
   *
   * @throws WalkFinding CHECKPOINT_INVALID for a note that the log's key did not sign for its size
   */
  expect(notes: readonly StoredNote[], signed: Checkpoint): void {
    for (const { size, root } of [...notes.map((note) => this.#open(note)), signed]) {
      this.#signed.set(size, [...(this.#signed.get(size) ?? []), root])
    }
  }

  /**
   * Compares the root after a batch with the stored one and those signed for its size.
   *
   * @throws WalkFinding ROOT_MISMATCH, or CHECKPOINT_INVALID when a signed size was passed without a batch ending
   *   there
   */
  hold(size: number, root: Buffer, stored: Buffer): void {
    if (!stored.equals(root)) throw new WalkFinding('ROOT_MISMATCH', this.#stored, size)
    this.#stored = size
    for (const [of, roots] of this.#signed) {
      if (of > size) continue
      if (of < size) throw new WalkFinding('CHECKPOINT_INVALID', of - 1)
      // Stored roots can be written anew together with what they cover; the signed one before is the last proof.
      if (!roots.every((each) => each.equals(root))) throw new WalkFinding('ROOT_MISMATCH', this.#held, size)
      this.#held = size
      this.#signed.delete(of)
    }
  }

  /**
   * Holds what is kept outside the database against what was signed when the walk began: both notes are there, and
   * are that one or a later one.
   *
   * @throws WalkFinding CHECKPOINT_MISSING or CHECKPOINT_INVALID
   */
  holdKept(notes: readonly string[], signed: Checkpoint): void {
    if (notes.length < 2) throw new WalkFinding('CHECKPOINT_MISSING', signed.size - 1)
    for (const note of notes) {
      const kept = this.#openNote(note)
      const isSame = kept?.size === signed.size && kept.root.equals(signed.root)
      if (!isSame && (kept?.size ?? 0) <= signed.size) {
        throw new WalkFinding('CHECKPOINT_INVALID', signed.size - 1)
      }
    }
  }

  #open({ note, size }: StoredNote): Checkpoint {
    const checkpoint = this.#openNote(note)
    if (checkpoint?.size === size) return checkpoint
    throw new WalkFinding('CHECKPOINT_INVALID', size - 1)
  }

  /** Answers undefined for a note that the log's key did not sign. */
  #openNote(note: string): Checkpoint | undefined {
    try {
      return openCheckpointInChain(note, this.#chain)
    } catch (error) {
      if (error instanceof AuditError) return undefined
      throw error
    }
  }
}
