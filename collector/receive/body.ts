/**
 * Reads a request's body for the hot path: bounded on the wire and after inflation, in one piece, without a
 * stream for every request. Whoever sends it controls every byte.
 */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, gunzipSync, inflate, inflateSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { Refusal } from '../../lib/refusal.ts'
import { systemCodeOf } from '../../lib/errors.ts'

/** What Node inflates by itself; both names of zlib's format are in use. */
const inflaters = {
  gzip: { here: gunzipSync, aside: promisify(gunzip) },
  deflate: { here: inflateSync, aside: promisify(inflate) },
  zlib: { here: inflateSync, aside: promisify(inflate) },
  zstd: { here: zstdDecompressSync, aside: promisify(zstdDecompress) },
} as const
type Encoding = keyof typeof inflaters

/** Names of the encodings, for whoever is told what would be taken. */
export const encodings: readonly string[] = Object.keys(inflaters)

/** Below this a thread switch costs more than inflating here. */
const inflateHereBytes = 16_384

/** Bytes of all bodies being read or inflated now, in this process. Never above `maxInFlightBytes`. */
let inFlightBytes = 0
const maxInFlightBytes = 256 * 2 ** 20
/** What a chunk counts for at least: an object stands for each, however few its bytes are. */
const minChunkBytes = 256

interface Outcome {
  readonly resolve: (body: Buffer) => void
  readonly reject: (error: Error) => void
}

/** Is told how many bytes were read, and the first chunk of them. */
type OnRead = (size: number, first: Buffer) => Promise<void> | undefined

/**
 * Reads and inflates a body.
 *
 * @param limit most bytes on the wire and, separately, after inflation
 * @param onRead as `collect` has it
 * @throws Refusal body_too_large, encoding_unsupported, body_malformed, overloaded
 */
export async function readBody(request: IncomingMessage, limit: number, onRead?: OnRead): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const isPlain = encoding === 'identity' || encoding === ''
  if (!isPlain && !isEncoding(encoding)) {
    throw new Refusal('encoding_unsupported', {
      detail: `expected content-encoding ${encodings.join(', ')} or none`,
      headers: { 'accept-encoding': encodings.join(', ') },
    })
  }
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge(limit)
  const wire = await collect(request, limit, onRead)
  return isPlain || wire.length === 0 ? wire : inflateBody(wire, encoding, limit)
}

/** Tells whether bytes in an encoding can be inflated here. */
export function isEncoding(name: string): name is Encoding {
  return Object.hasOwn(inflaters, name)
}

/**
 * Inflates what `collect` read.
 *
 * @param limit most bytes of the answer
 * @throws Refusal body_too_large, body_malformed, overloaded
 */
export async function inflateBody(wire: Buffer, encoding: Encoding, limit: number): Promise<Buffer> {
  const { here, aside } = inflaters[encoding]
  const options = { maxOutputLength: limit }
  // What it may grow to is reserved before it grows.
  if (inFlightBytes + limit > maxInFlightBytes) throw overloaded('too many bytes being inflated')
  inFlightBytes += limit
  try {
    if (wire.length < inflateHereBytes) {
      // The limit holds for a bomb of this size too.
      return here(wire, options)
    }
    return await aside(wire, options)
  } catch (cause) {
    if (systemCodeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new Refusal('body_malformed', { detail: `the body is not whole ${encoding}`, cause })
  } finally {
    inFlightBytes -= limit
  }
}

/**
 * Reads a body as it comes over the wire.
 *
 * @param limit most bytes
 * @param onRead is told of each chunk; when it answers with a promise, no more is read before that
 * @throws Refusal body_too_large, body_malformed, overloaded
 */
export function collect(request: Readable, limit: number, onRead?: OnRead): Promise<Buffer> {
  // What is closed closes no second time: whoever waited for that would wait for ever, with all that it holds.
  if (request.destroyed) return Promise.reject(brokenOff())
  return new Promise((resolve, reject) => {
    // What listeners hold lives as long as the request: a stream of HTTP/2 that has ended waits, with them, until the old
    // space is collected. So both are let go of once it is known how the body ended.
    let outcome: Outcome | undefined = { resolve, reject }
    const chunks: Buffer[] = []
    let size = 0
    /** What the chunks take in memory, as it counts. */
    let held = 0
    const settle = (finish: (outcome: Outcome) => void) => {
      if (outcome === undefined) return
      inFlightBytes -= held
      finish(outcome)
      outcome = undefined
      chunks.length = 0
    }
    const fail = (error: Error) => settle((to) => to.reject(error))
    request.on('data', (chunk: Buffer) => {
      if (outcome === undefined) return
      size += chunk.length
      held += Math.max(chunk.length, minChunkBytes)
      inFlightBytes += Math.max(chunk.length, minChunkBytes)
      if (size > limit) fail(tooLarge(limit))
      else if (inFlightBytes > maxInFlightBytes) fail(overloaded('too many bytes on their way'))
      else {
        chunks.push(chunk)
        const wait = onRead?.(size, chunks[0] ?? chunk)
        if (wait === undefined) return
        request.pause()
        // A sender's promise that is broken is its refusal.
        wait.then(
          () => request.resume(),
          (error: unknown) => fail(error as Error),
        )
      }
    })
    request.once('end', () =>
      settle((to) => to.resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))),
    )
    const broken = () => fail(brokenOff())
    request.once('error', broken)
    request.once('close', broken)
  })
}

/** The refusal of a request whose client left; it is counted, and nobody is there to read it. */
export function brokenOff(): Refusal {
  return new Refusal('body_malformed', { detail: 'the body broke off' })
}

/** A refusal that asks the sender to come back: OTLP clients retry 503 with Retry-After. */
export function overloaded(detail: string): Refusal {
  return new Refusal('overloaded', { detail, headers: { 'retry-after': '1' } })
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', {
    detail: `expected at most ${limit} bytes`,
    headers: { connection: 'close' },
  })
}
