/**
 * Asks one witness to cosign a checkpoint of ours (C2SP tlog-witness v1.0.0, the log's side). The witness controls
 * its answer: it can be late, long, wrong or about another log, and then it counts as no answer.
 */
import { messageOf } from '../../lib/errors.ts'
import type { Checkpoint } from '../log/checkpoint.ts'
import { verifyCosignatures } from '../log/cosignature.ts'
import { AuditError } from '../log/errors.ts'
import { parseNote, parseSignatures, signaturesBy, writeSignature } from '../log/note.ts'
import type { PolicyWitness } from '../log/policy.ts'
import { parseSize, writeAddCheckpoint } from '../log/witness-message.ts'

export interface Asking {
  /** The signed checkpoint. */
  readonly note: string
  readonly checkpoint: Checkpoint
  /** Proves that the checkpoint extends the log's first `from` entries. */
  readonly proofFrom: (from: number) => Promise<readonly Buffer[]>
}

export type WitnessOutcome =
  | { readonly status: 'cosigned'; readonly lines: string }
  /** The witness has cosigned a larger tree of this log: ours was set back, or the witness lies. */
  | { readonly status: 'ahead'; readonly size: number }
  /** The witness says that our tree does not extend what it cosigned. */
  | { readonly status: 'inconsistent'; readonly reason: string }
  /** It does not know our log or our key, or does not understand us. */
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unavailable'; readonly reason: string }
  /** Its answer is no answer of the protocol, or its cosignature is wrong. */
  | { readonly status: 'malformed'; readonly reason: string }

export interface AskOptions {
  /** Size that this witness is believed to know; it tells when that is wrong. */
  readonly knownSize: number
  /** For each request. */
  readonly timeoutMillis: number
  readonly fetch: typeof globalThis.fetch
}

/** One to learn the size, one to use it, one for a size that changed between the two. */
const maxAttempts = 3
/** Room for 64 cosignatures, those of post-quantum keys among them. */
const maxAnswerBytes = 262_144

/** Asks a witness, again from the size it tells when that is another one. Never throws for what a witness does. */
export async function askWitness(
  witness: PolicyWitness & { readonly url: string },
  asking: Asking,
  options: AskOptions,
): Promise<WitnessOutcome> {
  const { size } = asking.checkpoint
  let oldSize = Math.min(options.knownSize, size)
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const path = await asking.proofFrom(oldSize)
    const body = writeAddCheckpoint({ oldSize, path, note: asking.note })
    const reply = await post(`${witness.url.replace(/\/+$/, '')}/add-checkpoint`, body, options)
    if ('reason' in reply) return { status: 'unavailable', reason: reply.reason }
    if (reply.status !== 409) return outcomeOf(reply, witness, asking)
    const told = readOr(() => parseSize(reply.text))
    if (told instanceof AuditError) return conflictWithoutSize(oldSize, size)
    // Some witnesses answer 409, and not 422, to another root of the size they know.
    if (told === oldSize) return { status: 'inconsistent', reason: 'another root of the size it knows' }
    if (told > size) return { status: 'ahead', size: told }
    oldSize = told
  }
  return { status: 'unavailable', reason: 'the size it knows changed between every two requests' }
}

function conflictWithoutSize(oldSize: number, size: number): WitnessOutcome {
  return oldSize === size
    ? { status: 'inconsistent', reason: 'another root of the size it knows' }
    : { status: 'malformed', reason: 'a conflict without a size' }
}

interface Reply {
  readonly status: number
  readonly text: string
}

function outcomeOf(reply: Reply, witness: PolicyWitness, asking: Asking): WitnessOutcome {
  const reason = `status ${reply.status}`
  if (reply.status === 200) return readCosignatures(reply.text, witness, asking)
  if (reply.status === 422) return { status: 'inconsistent', reason }
  if (reply.status === 429 || reply.status >= 500) return { status: 'unavailable', reason }
  return reply.status < 300 ? { status: 'malformed', reason } : { status: 'refused', reason }
}

/** Takes the witness's own lines out of its answer; lines of other keys are ignored. */
function readCosignatures(text: string, { key }: PolicyWitness, { note }: Asking): WitnessOutcome {
  const lines = readOr(() => {
    const signed = { text: parseNote(note).text, signatures: parseSignatures(text) }
    verifyCosignatures(signed, [key])
    return signaturesBy(signed, key).map(writeSignature)
  })
  if (lines instanceof AuditError) return { status: 'malformed', reason: lines.message }
  const [first] = lines
  // One is enough; more would only use up the room for others.
  return first === undefined
    ? { status: 'malformed', reason: 'no cosignature of its key' }
    : { status: 'cosigned', lines: first }
}

function readOr<T>(read: () => T): T | AuditError {
  try {
    return read()
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
}

async function post(
  url: string,
  body: string,
  { timeoutMillis, fetch }: AskOptions,
): Promise<Reply | { readonly reason: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    })
    const text = await readBounded(response)
    return text === undefined ? { reason: 'an answer beyond any bound' } : { status: response.status, text }
  } catch (error) {
    return { reason: messageOf(error) }
  }
}

/** Reads at most `maxAnswerBytes` as UTF-8; undefined when there is more. */
async function readBounded(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
