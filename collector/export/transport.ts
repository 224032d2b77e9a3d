/** What carries a request of a signal to another OTLP server, and what such a server answers. */
import type { LoadSignal } from '../graph/load.ts'
import { ProtobufReader } from '../wire/reader.ts'
import type { Outcome } from './retry.ts'

/** One way to another server. A failure is an outcome, never an exception. */
export interface Transport {
  /** Brings an encoded export request into the form in which it is sent, once for all tries. */
  readonly prepare: (bytes: Uint8Array) => Promise<Uint8Array>
  /** Sends what `prepare` made; ends early, as retryable, when `stop` is aborted. */
  readonly send: (signal: LoadSignal, message: Uint8Array, stop: AbortSignal) => Promise<Outcome>
  /** Lets go of every connection. */
  readonly close: () => void
}

/** Answers are read up to here: what OTLP allows one to be (`docs/specification.md` §Limits). */
export const maxAnswerBytes = 4 * 2 ** 20

/** Gzip at level 1: a tenth larger than at level 6 at a quarter of its time. */
export const gzipOptions = { level: 1 } as const

/**
 * Reads how many items an export response says were not taken (`partial_success`), which are not sent again.
 *
 * @param answer controlled by the other side; what is no such response says nothing
 */
export function rejectedOf(answer: Uint8Array): number {
  try {
    const reader = new ProtobufReader(answer)
    let rejected = 0
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 0x0a) rejected = readRejected(reader)
      else reader.skip(tag)
    }
    return Math.max(0, rejected)
  } catch {
    return 0
  }
}

function readRejected(reader: ProtobufReader): number {
  const outer = reader.enter()
  let rejected = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x08) rejected = Number(reader.int64())
    else reader.skip(tag)
  }
  reader.leave(outer)
  return rejected
}
