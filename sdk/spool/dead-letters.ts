/**
 * Events the ledger refused for good: one file each in `refused/`, kept for whoever repairs them. The file of an event
 * that is repaired is removed by hand; the event itself, which names people, is erased after 30 days.
 */
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'
import type { Refusal, WaitingEvent } from '../outbox/backlog.ts'
import { writeWhole, type SpoolFiles } from './files.ts'
import { parseJson } from './segment-head.ts'

const DeadLetter = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    sequence: Type.Integer({ minimum: 0 }),
    refusedAt: Type.String(),
    outcome: Type.String(),
    detail: Type.String(),
    /** Absent once it was erased. */
    event: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
)
const validate = validator(DeadLetter)
const keptMillis = 30 * 86_400_000
const maxDetail = 1_000
const namePattern = /^[0-9a-f-]{36}\.json$/

export class DeadLetters {
  readonly #files: SpoolFiles
  readonly #folder: string
  readonly #now: () => number

  /** @param folder of the spool */
  constructor(files: SpoolFiles, folder: string, now: () => number) {
    this.#files = files
    this.#folder = `${folder}/refused`
    this.#now = now
  }

  async open(): Promise<void> {
    await this.#files.makeFolder(this.#folder)
  }

  /** Keeps an event; kept again it is still one. */
  async keep({ id, tenant, sequence, event }: WaitingEvent, { outcome, detail }: Refusal): Promise<void> {
    const refusedAt = new Date(this.#now()).toISOString()
    const letter = { id, tenant, sequence, refusedAt, outcome, detail: detail.slice(0, maxDetail), event }
    await writeWhole(this.#files, { folder: this.#folder, name: `${id}.json` }, JSON.stringify(letter))
  }

  async count(): Promise<number> {
    return (await this.#names()).length
  }

  /** Erases events refused 30 days ago and tells how many; who, when and why stays. */
  async erase(): Promise<number> {
    let erased = 0
    for (const name of await this.#names()) {
      const letter = validate(parseJson((await this.#files.read(`${this.#folder}/${name}`)).toString('utf8')))
      // Not ours to judge: somebody edits it.
      if (!letter.valid || letter.value.event === undefined) continue
      if (Date.parse(letter.value.refusedAt) > this.#now() - keptMillis) continue
      const { event: _event, ...rest } = letter.value
      await writeWhole(this.#files, { folder: this.#folder, name }, JSON.stringify(rest))
      erased++
    }
    return erased
  }

  async #names(): Promise<string[]> {
    return (await this.#files.list(this.#folder)).filter((name) => namePattern.test(name))
  }
}
