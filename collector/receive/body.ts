/**
 * Reads a request's body for the hot path: bounded on the wire and after inflation, in one piece, without a
 * stream for every request. Whoever sends it controls every byte.
 */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip, gunzipSync, inflate, inflateSync } from 'node:zlib'
import { Refusal } from '../../lib/refusal.ts'
import { systemCodeOf } from '../../lib/errors.ts'

const gunzipAside = promisify(gunzip)
const inflateAside = promisify(inflate)

/** Below this a thread switch costs more than inflating here. */
const inflateHereBytes = 16_384

/** Bytes of all bodies being read or inflated now, in this process. Never above `maxInFlightBytes`. */
let inFlightBytes = 0
const maxInFlightBytes = 256 * 2 ** 20

/**
 * Reads and inflates a body.
 *
 * @param limit most bytes on the wire and, separately, after inflation
 * @throws Refusal body_too_large, encoding_unsupported, body_malformed, overloaded
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'deflate' && encoding !== '') {
    throw new Refusal('encoding_unsupported', {
      detail: 'expected content-encoding gzip, deflate or none',
      headers: { 'accept-encoding': 'gzip, deflate' },
    })
  }
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge(limit)
  const wire = await collect(request, limit)
  if (encoding === 'identity' || encoding === '' || wire.length === 0) return wire
  return inflateBody(wire, encoding, limit)
}

async function inflateBody(wire: Buffer, encoding: 'gzip' | 'deflate', limit: number): Promise<Buffer> {
  const options = { maxOutputLength: limit }
  // What it may grow to is reserved before it grows.
  if (inFlightBytes + limit > maxInFlightBytes) throw overloaded('too many bytes being inflated')
  inFlightBytes += limit
  try {
    if (wire.length < inflateHereBytes) {
      // A bomb of this size inflates to 16 MiB at most.
      return encoding === 'gzip' ? gunzipSync(wire, options) : inflateSync(wire, options)
    }
    return await (encoding === 'gzip' ? gunzipAside(wire, options) : inflateAside(wire, options))
  } catch (cause) {
    if (systemCodeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new Refusal('body_malformed', { detail: `the body is not whole ${encoding}`, cause })
  } finally {
    inFlightBytes -= limit
  }
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let isDone = false
    const settle = (finish: () => void) => {
      if (isDone) return
      isDone = true
      inFlightBytes -= size
      finish()
    }
    request.on('data', (chunk: Buffer) => {
      if (isDone) return
      size += chunk.length
      inFlightBytes += chunk.length
      if (size > limit) settle(() => reject(tooLarge(limit)))
      else if (inFlightBytes > maxInFlightBytes)
        settle(() => reject(overloaded('too many bytes on their way')))
      else chunks.push(chunk)
    })
    request.once('end', () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))),
    )
    const broken = () => settle(() => reject(new Refusal('body_malformed', { detail: 'the body broke off' })))
    request.once('error', broken)
    request.once('close', broken)
  })
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
