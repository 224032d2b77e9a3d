/** Reads a request body within bounds: size on the wire, size after inflation, depth, then and only then JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Refusal } from './refusal.ts'
import { isNestedDeeper } from './json-depth.ts'

export interface BodyLimits {
  /** Most bytes, on the wire and after inflation. */
  readonly bytes: number
  /** Deepest nesting of JSON. Default 32. */
  readonly depth?: number
}

type Next = (error?: unknown) => void

const inflaters = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const

/**
 * Middleware that puts the parsed JSON of a request into `request.body`. Without a body it leaves
 * `undefined` there.
 *
 * Refuses with media_type_unsupported, encoding_unsupported, body_too_large, body_too_deep or body_malformed.
 */
export function jsonBody(limits: BodyLimits) {
  return (request: IncomingMessage & { body?: unknown }, _response: ServerResponse, next: Next): void => {
    readJson(request, limits).then((value) => {
      request.body = value
      next()
    }, next)
  }
}

async function readJson(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers
  if (transfer === undefined && (length === undefined || length === '0')) return undefined
  if (!isJson(request.headers['content-type'])) {
    throw new Refusal('media_type_unsupported', { detail: 'expected content-type application/json' })
  }
  const bytes = await readBody(request, limits.bytes)
  const depth = limits.depth ?? 32
  if (isNestedDeeper(bytes, depth)) {
    throw new Refusal('body_too_deep', { detail: `expected at most ${depth} levels of nesting` })
  }
  return parse(bytes)
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Refusal('body_malformed', { detail: 'the body is not json in utf-8', cause })
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType)
}

/**
 * Reads and inflates a body.
 *
 * @param limit most bytes on the wire and, separately, after inflation
 * @throws Refusal body_too_large, encoding_unsupported or body_malformed; the rest of the body is not read
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity') return collect(request, limit)
  if (!isKnownEncoding(encoding)) {
    throw new Refusal('encoding_unsupported', {
      detail: 'expected content-encoding gzip, deflate, br or none',
      headers: { 'accept-encoding': 'gzip, deflate, br' },
    })
  }
  const inflated = inflaters[encoding]()
  // The callback form keeps a failing source from raising an unhandled error; `collect` sees it.
  pipeline(request, inflated, () => undefined)
  return collect(inflated, limit)
}

function isKnownEncoding(name: string): name is keyof typeof inflaters {
  return Object.hasOwn(inflaters, name)
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', {
    detail: `expected at most ${limit} bytes`,
    headers: { connection: 'close' },
  })
}

function collect(source: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    source.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        source.pause().removeAllListeners('data')
        reject(tooLarge(limit))
      } else chunks.push(chunk)
    })
    source.once('end', () => resolve(Buffer.concat(chunks, size)))
    source.once('error', (cause) =>
      reject(new Refusal('body_malformed', { detail: 'the body broke off', cause })),
    )
    source.once('aborted', () => reject(new Refusal('body_malformed', { detail: 'the body broke off' })))
  })
}
