/**
 * `/witness/…`: this appliance as a witness (C2SP tlog-witness v1.0.0). Nobody shows a token here: the signature of
 * a configured log is what lets a request in.
 */
import type { Request, RequestHandler } from 'express'
import type { WitnessAnswerName } from '../../contracts/metrics/ledger.ts'
import { readBody } from '../../lib/body.ts'
import { Refusal } from '../../lib/refusal.ts'
import { maxRequestBytes, sizeMediaType, writeSize } from '../log/witness-message.ts'
import type { Witness } from '../witness/witness.ts'

export interface WitnessRouteParts {
  readonly witness: Witness
  readonly onAnswered: (answer: WitnessAnswerName) => void
}

/** Makes the handlers of the witness's door. */
export function witnessHandlers(parts: WitnessRouteParts) {
  return {
    addCheckpoint: addCheckpoint(parts),
    getWitnessKey: getWitnessKey(parts),
    getWitnessed: getWitnessed(parts),
  }
}

/** Cosigns a checkpoint that extends the last one, or says why not, in the status codes of the protocol. */
export function addCheckpoint({ witness, onAnswered }: WitnessRouteParts): RequestHandler {
  return async (request, response) => {
    const answer = await witness.addCheckpoint(await readText(request, onAnswered))
    onAnswered(answer.status)
    response.set('cache-control', 'no-store')
    switch (answer.status) {
      case 'cosigned':
        response.type('text/plain; charset=utf-8').send(answer.lines)
        return
      case 'conflict':
        // Not `send`: it would add a charset to the media type that the protocol prescribes.
        response.status(409).setHeader('content-type', sizeMediaType)
        response.end(writeSize(answer.size))
        return
      case 'malformed':
        throw new Refusal('body_malformed', { detail: answer.reason })
      case 'unknown_origin':
        throw new Refusal('not_found', { detail: 'no log of this origin is witnessed here' })
      case 'unsigned':
        throw new Refusal('forbidden', { detail: 'no good signature of a key that is known for this origin' })
      case 'inconsistent':
        throw new Refusal('body_invalid', { detail: answer.reason })
      case 'busy':
        throw new Refusal('overloaded', { headers: { 'retry-after': '2' } })
    }
  }
}

async function readText(request: Request, onAnswered: WitnessRouteParts['onAnswered']): Promise<string> {
  try {
    const bytes = await readBody(request, maxRequestBytes)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    onAnswered('malformed')
    if (cause instanceof Refusal) throw cause
    throw new Refusal('body_malformed', { detail: 'the body is not utf-8', cause })
  }
}

/** Answers the checkpoint of a log that was cosigned last. */
export function getWitnessed({ witness }: WitnessRouteParts): RequestHandler {
  return async (request, response) => {
    const { originHash } = request.params
    const isHash = typeof originHash === 'string' && /^[0-9a-f]{64}$/.test(originHash)
    const note = isHash ? await witness.latest(originHash) : undefined
    if (note === undefined) throw new Refusal('not_found')
    response.set('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(note)
  }
}

/** Answers the key by which this witness's cosignatures are known. */
export function getWitnessKey({ witness }: WitnessRouteParts): RequestHandler {
  return (_request, response) => {
    response.type('text/plain; charset=utf-8').send(`${witness.vkey}\n`)
  }
}
