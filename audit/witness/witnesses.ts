/** The witnesses a policy names: asks all of them at once and puts what they answered under the checkpoint. */
import { parseNote, signaturesBy, writeSignature } from '../log/note.ts'
import { judgeCheckpoint, type Policy, type PolicyWitness } from '../log/policy.ts'
import { askWitness, type Asking, type WitnessOutcome } from './ask-witness.ts'

export interface WitnessesOptions {
  /** Its logs have our own key among them; witnesses without address are not asked. */
  readonly policy: Policy
  readonly timeoutMillis: number
  readonly fetch: typeof globalThis.fetch
  /** Told of every witness what came of asking it. */
  readonly onAsked: (witness: string, outcome: WitnessOutcome) => void
}

export interface CosignedNote {
  /** The note with every cosignature that was collected. */
  readonly note: string
  readonly hasQuorum: boolean
}

type ReachableWitness = PolicyWitness & { readonly url: string }

export class Witnesses {
  readonly #options: WitnessesOptions
  readonly #reachable: readonly ReachableWitness[]
  /** Size the witness at an address cosigned last, as far as we know; a restart forgets it, and the witness tells. */
  readonly #sizes = new Map<string, number>()

  constructor(options: WitnessesOptions) {
    this.#options = options
    this.#reachable = options.policy.witnesses.flatMap((witness) =>
      witness.url === undefined ? [] : [{ ...witness, url: witness.url }],
    )
  }

  /**
   * Asks every witness; resolves when each has answered or run out of time.
   *
   * @param asking its note may bear cosignatures already: those witnesses are not asked again
   * @throws AuditError when the note is not of one of the policy's logs
   */
  async cosign(asking: Asking): Promise<CosignedNote> {
    const { policy } = this.#options
    const known = new Set(judgeCheckpoint(policy, asking.note).cosigners.map(({ name }) => name))
    const asked = this.#reachable.filter(({ name }) => !known.has(name))
    const bare = { ...asking, note: ownSignatures(policy, asking.note) }
    const doors = [...Map.groupBy(asked, ({ url }) => url).values()]
    const lines = await Promise.all(doors.map((witnesses) => this.#askInTurn(witnesses, bare)))
    const note = asking.note + lines.join('')
    return { note, hasQuorum: judgeCheckpoint(policy, note).hasQuorum }
  }

  /** Asks at one address for each of its keys: at once, they would tell each other a size that has just changed. */
  async #askInTurn(witnesses: readonly ReachableWitness[], asking: Asking): Promise<string> {
    let lines = ''
    for (const witness of witnesses) lines += await this.#ask(witness, asking)
    return lines
  }

  async #ask(witness: ReachableWitness, asking: Asking): Promise<string> {
    const { timeoutMillis, fetch, onAsked } = this.#options
    const knownSize = this.#sizes.get(witness.url) ?? 0
    const outcome = await askWitness(witness, asking, { knownSize, timeoutMillis, fetch })
    onAsked(witness.name, outcome)
    if (outcome.status !== 'cosigned') return ''
    this.#sizes.set(witness.url, asking.checkpoint.size)
    return outcome.lines
  }
}

/** A witness needs the log's signature; those of other witnesses, 3 kB each with ML-DSA-44, may be more than it takes. */
function ownSignatures({ logs }: Policy, note: string): string {
  const signed = parseNote(note)
  const lines = logs.flatMap(({ key }) => signaturesBy(signed, key)).map(writeSignature)
  return `${signed.text}\n${lines.join('')}`
}
