/**
 * Derives a log again from an export and holds it against the log's public key, line by line; of the lines
 * before it keeps only which ids there were. It stops at the first thing that is wrong and says at which leaf.
 */
import { CanonicalJsonError, canonicalJson } from '../../contracts/canonical-json.ts'
import { exportNotice, type ExportHeader } from '../../contracts/ledger-export.ts'
import { CodedError } from '../../lib/errors.ts'
import { AuditError } from '../log/errors.ts'
import { Frontier } from '../log/frontier.ts'
import { openChain, openCheckpointInChain, type ChainKey } from '../log/handover.ts'
import { leafHash } from '../log/hash.ts'
import { commitFacts, commitLeaf } from '../log/leaf.ts'
import { parseVerifierKey, type VerifierKey } from '../log/note.ts'
import {
  SequenceGaps,
  silentProducers,
  type ProducerNumbers,
  type SilentProducer,
} from '../log/sequence-gaps.ts'
import { AbsenceBook, type AbsentFacts } from './absent-facts.ts'
import { EarlierRoots, rewrittenDetail } from './earlier.ts'
import { EntryIds } from './entry-ids.ts'
import { readLine, type ExportedEntry } from './read-line.ts'

export type VerifyFault =
  | 'HEADER_INVALID'
  | 'KEY_MISMATCH'
  | 'LINE_UNREADABLE'
  | 'INDEX_OUT_OF_ORDER'
  | 'ENTRY_REPEATED'
  | 'LEAF_HASH_MISMATCH'
  | 'FACTS_MISMATCH'
  | 'FACTS_WITHHELD'
  | 'TIME_DECREASED'
  | 'CHECKPOINT_INVALID'
  | 'CHECKPOINT_SIZE'
  | 'ROOT_MISMATCH'
  | 'REWRITTEN'
  | 'SYNTHETIC_HIDDEN'
  | 'TRUNCATED'

export type Verdict =
  | {
      readonly valid: true
      readonly header: ExportHeader
      readonly size: number
      readonly root: string
      readonly checkpoints: number
      /** Entries that came without their facts, for whatever cause; their leaves are verified all the same. */
      readonly withoutFacts: number
      /** Why, as far as the log itself tells. */
      readonly absent: AbsentFacts
      /** Producers whose numbers have gaps or come twice: events were lost before they came here, or counters turned. */
      readonly sequenceGaps: readonly ProducerNumbers[]
      /** Producers that count and were silent for long before the last entry: a loss since then would not show. */
      readonly silent: readonly SilentProducer[]
    }
  | {
      readonly valid: false
      readonly fault: VerifyFault
      /** First leaf that is wrong, or the first of those among which it is. */
      readonly firstBad: number
      /** Exclusive end of the leaves among which the wrong one is, where it cannot be told closer. */
      readonly before?: number
      readonly detail: string
    }

export interface VerifyOptions {
  /**
   * Accepts entries without their facts that no event of retention in the log covers: those said to be erased, which
   * nothing in the file can prove, and those of which nothing is said. Default false.
   */
  readonly allowWithheld?: boolean
  /** Fewest entries the log must have, from an earlier export or checkpoint: a shorter file was cut. Default 0. */
  readonly minSize?: number
  /** Checkpoints of this log that were kept, or proofs with one: the export must have grown from each. */
  readonly earlier?: readonly string[]
}

/**
 * Verifies an export.
 *
 * @param lines of the file, without line ends; attacker-controlled
 * @param vkey the log's verifier key as it was received by another way; without it the export's own is taken,
 *   which proves that the export is whole, but not whose it is
 * @throws AuditError AUDIT_KEY_MALFORMED when `vkey` is none, or what reading `options.earlier` throws
 */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  vkey?: string,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const trusted = vkey === undefined ? undefined : parseVerifierKey(vkey)
  let check: ExportCheck | undefined
  try {
    for await (const line of lines) {
      if (line === '') continue
      if (check === undefined) check = new ExportCheck(line, trusted, options.earlier)
      else check.take(line)
    }
    if (check === undefined) throw new Finding('HEADER_INVALID', 0, 'the file is empty')
    return check.finish(options)
  } catch (error) {
    if (error instanceof Finding) return error.verdict
    throw error
  }
}

/** What is wrong, thrown from wherever it is found. */
class Finding extends CodedError<VerifyFault> {
  readonly verdict: Verdict
  constructor(fault: VerifyFault, firstBad: number, detail: string, before?: number) {
    super(fault, detail)
    this.verdict = { valid: false, fault, firstBad, detail, ...(before === undefined ? {} : { before }) }
  }
}

class ExportCheck {
  readonly #header: ExportHeader
  readonly #chain: readonly ChainKey[]
  readonly #frontier = new Frontier()
  readonly #ids = new EntryIds()
  readonly #numbers = new SequenceGaps()
  /** Leaves that a signed checkpoint covers already. */
  #covered = 0
  #checkpoints = 0
  #lastTime = 0
  readonly #absences = new AbsenceBook()
  readonly #earlier: EarlierRoots

  constructor(line: string, trusted: VerifierKey | undefined, earlier: readonly string[] = []) {
    const read = readLine(line)
    if (read.kind !== 'header') throw new Finding('HEADER_INVALID', 0, 'the first line is no header')
    this.#header = read.header
    const key = trusted ?? ownKey(read.header)
    const { origin, tenant, notice } = read.header
    if (!origin.endsWith(`/${tenant}`) || notice !== exportNotice) {
      throw new Finding('HEADER_INVALID', 0, 'the header does not say what its log and this format say')
    }
    if (key.name !== origin) {
      throw new Finding('KEY_MISMATCH', 0, `found origin ${origin}, expected ${key.name}`)
    }
    this.#chain = chainOf(key, read.header)
    this.#earlier = new EarlierRoots(earlier, this.#chain)
  }

  take(line: string): void {
    const read = readLine(line)
    const at = this.#frontier.size
    if (read.kind === 'entry') this.#takeEntry(read.entry, at)
    else if (read.kind === 'checkpoint') this.#takeCheckpoint(read.note, at)
    else throw new Finding('LINE_UNREADABLE', at, read.kind === 'header' ? 'a second header' : read.detail)
  }

  finish({ allowWithheld = false, minSize = 0 }: VerifyOptions): Verdict {
    const { size } = this.#frontier
    if (size !== this.#header.size || this.#covered !== size) {
      const at = Math.min(size, this.#header.size)
      const detail = `found ${size} entries, ${this.#covered} of them signed for, expected ${this.#header.size}`
      throw new Finding('TRUNCATED', at, detail)
    }
    if (this.#checkpoints === 0) throw new Finding('CHECKPOINT_INVALID', 0, 'found no signed checkpoint')
    const least = Math.max(minSize, this.#earlier.leastSize)
    if (size < least) throw new Finding('TRUNCATED', size, `found ${size} entries, expected ${least} or more`)
    const absent = this.#absences.result()
    if (absent.firstUnexplained !== undefined && !allowWithheld) {
      const detail = `${absent.count - absent.retired} entries came without their facts, cause unproven; --allow-withheld accepts them`
      throw new Finding('FACTS_WITHHELD', absent.firstUnexplained, detail)
    }
    const numbers = this.#numbers.result()
    return {
      valid: true,
      header: this.#header,
      size,
      root: this.#frontier.root().toString('base64'),
      checkpoints: this.#checkpoints,
      withoutFacts: absent.count,
      absent,
      silent: silentProducers(numbers, this.#lastTime),
      sequenceGaps: numbers.filter(({ missing, repeated }) => missing + repeated > 0),
    }
  }

  #takeEntry(entry: ExportedEntry, at: number): void {
    const { index, leaf } = entry
    if (index !== at) throw new Finding('INDEX_OUT_OF_ORDER', at, `found index ${index}, expected ${at}`)
    const hash = leafHash(leafBytes(entry, at))
    if (hash.toString('base64') !== entry.leafHash) {
      throw new Finding('LEAF_HASH_MISMATCH', at, 'the leaf does not have its hash')
    }
    if (!this.#ids.add(leaf.producer, leaf.id)) {
      throw new Finding('ENTRY_REPEATED', at, 'the same event stands at an earlier index too')
    }
    this.#checkFacts(entry, at)
    if (leaf.time < this.#lastTime)
      throw new Finding('TIME_DECREASED', at, 'the leaf is older than the one before')
    this.#lastTime = leaf.time
    this.#numbers.take(leaf)
    this.#frontier.add(hash)
    if (!this.#earlier.holds(at + 1, () => this.#frontier.root())) {
      throw new Finding('REWRITTEN', this.#earlier.held, rewrittenDetail, at + 1)
    }
  }

  #checkFacts({ opening, gone, leaf }: ExportedEntry, at: number): void {
    if (leaf.synthetic === true && !this.#header.synthetic) {
      throw new Finding('SYNTHETIC_HIDDEN', at, 'demo data in an export that claims to have none')
    }
    if (opening === undefined) {
      this.#absences.miss(at, gone)
      return
    }
    const { facts, salt, personalCommitment } = opening
    if (commitLeaf(commitFacts(facts, salt), personalCommitment) !== leaf.commitment) {
      throw new Finding('FACTS_MISMATCH', at, 'the facts are not the ones that were committed to')
    }
    if ((facts.synthetic === true) !== (leaf.synthetic === true)) {
      throw new Finding('FACTS_MISMATCH', at, 'leaf and facts disagree on whether they are demo data')
    }
    this.#absences.take(leaf, facts)
  }

  #takeCheckpoint(note: string, at: number): void {
    const { size, root } = this.#open(note, at)
    if (size !== at || size <= this.#covered) {
      throw new Finding('CHECKPOINT_SIZE', at, `found a checkpoint of ${size} after ${at} entries`)
    }
    if (!root.equals(this.#frontier.root())) {
      throw new Finding('ROOT_MISMATCH', this.#covered, 'the entries do not give the signed root', size)
    }
    this.#covered = size
    this.#checkpoints++
  }

  #open(note: string, at: number) {
    try {
      return openCheckpointInChain(note, this.#chain)
    } catch (error) {
      if (error instanceof AuditError) throw new Finding('CHECKPOINT_INVALID', at, error.message)
      throw error
    }
  }
}

/** Answers the keys that the trusted one leads to. */
function chainOf(key: VerifierKey, { handovers = [] }: ExportHeader): readonly ChainKey[] {
  try {
    return openChain(key, handovers)
  } catch (error) {
    if (error instanceof AuditError) throw new Finding('HEADER_INVALID', 0, error.message)
    throw error
  }
}

function ownKey({ vkey }: ExportHeader): VerifierKey {
  try {
    return parseVerifierKey(vkey)
  } catch (error) {
    if (error instanceof AuditError) throw new Finding('HEADER_INVALID', 0, error.message)
    throw error
  }
}

function leafBytes({ leaf }: ExportedEntry, at: number): Buffer {
  try {
    return Buffer.from(canonicalJson(leaf))
  } catch (error) {
    if (error instanceof CanonicalJsonError) throw new Finding('LINE_UNREADABLE', at, error.message)
    throw error
  }
}
