/**
 * Proofs as files that are verified offline (C2SP tlog-proof), and the anchor log. What an auditor takes home: the event's proof, the anchor's proof and the policy that says whose cosignatures count.
 */
import type { RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import type { AnchorLog } from '../anchor/anchor-log.ts'
import type { Stamper } from '../anchor/stamper.ts'
import { parseCheckpoint } from '../log/checkpoint.ts'
import { encodeVerifierKey, parseNote } from '../log/note.ts'
import { writePolicy } from '../log/policy-file.ts'
import type { Policy } from '../log/policy.ts'
import { parseTilePath } from '../log/tile.ts'
import { writeTlogProof } from '../log/tlog-proof.ts'
import type { Reader } from '../store/reader.ts'
import { indexOf, notCovered, publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { checkEntries } from './period.ts'
import { recordShown } from './view-event.ts'

export interface ProofRouteParts extends LogRouteParts {
  readonly anchor:
    { readonly log: AnchorLog; readonly policy: Policy; readonly stamper: Stamper | undefined } | undefined
}

const text = 'text/plain; charset=utf-8'

/** Makes the handlers of proofs as files and of the anchor log. */
export function proofHandlers(parts: ProofRouteParts) {
  return {
    getTlogProof: getTlogProof(parts),
    getAnchoredProof: getAnchoredProof(parts),
    getAnchorKey: getAnchorKey(parts),
    getAnchorCheckpoint: getAnchorCheckpoint(parts),
    getAnchorPolicy: getAnchorPolicy(parts),
    getAnchorTimestamp: getAnchorTimestamp(parts),
    getAnchorTile: getAnchorTile(parts),
  }
}

/** Answers an entry's proof in the newest signed checkpoint, as a `.tlog-proof`. */
function getTlogProof({ sdk, reader, appender }: ProofRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const { note, size } = await publishedOf(reader, tenant)
    const index = await indexOf(request, tenant, reader)
    if (index >= size) throw notCovered()
    await checkEntries(request, { reader, tenant }, { start: index, end: index + 1 })
    const path = await reader.inclusionPath(tenant, index, { size, signed: size })
    const extra = await leafOf(reader, tenant, index)
    const body = writeTlogProof({ extra, index, path, note })
    await recordShown(request, appender, { tenant, format: 'tlog_proof', from: index, to: index + 1, body })
    response.attachment(`${tenant}-${index}.tlog-proof`).type(text).send(body)
  }
}

/**
 * Answers an entry's proof through both logs: in its tenant's log at the size that is anchored, and of that
 * checkpoint in the anchor log under the cosignatures of witnesses.
 */
function getAnchoredProof({ sdk, reader, appender, anchor }: ProofRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const published = await publishedOf(reader, tenant)
    const index = await indexOf(request, tenant, reader)
    if (index >= published.size) throw notAnchored()
    await checkEntries(request, { reader, tenant }, { start: index, end: index + 1 })
    const proof = await anchor?.log.proofOf(tenant)
    if (anchor === undefined || proof === undefined) throw notAnchored()
    const { size } = parseCheckpoint(parseNote(proof.note).text)
    if (index >= size) throw notAnchored()
    const path = await reader.inclusionPath(tenant, index, { size, signed: published.size })
    const extra = await leafOf(reader, tenant, index)
    const body = JSON.stringify({
      entry: writeTlogProof({ extra, index, path, note: proof.note }),
      anchor: proof.anchor,
      policy: writePolicy(anchor.policy).toString(),
    })
    await recordShown(request, appender, {
      tenant,
      format: 'anchored_proof',
      from: index,
      to: index + 1,
      body,
    })
    response.type('application/json').send(body)
  }
}

/** Reads the leaf a proof is about; it goes along as extra data, so that the file needs nothing beside it. */
async function leafOf(reader: Reader, tenant: string, index: number): Promise<Buffer> {
  const [entry] = await reader.entries(tenant, { from: index, to: index + 1, limit: 1 })
  if (entry === undefined) throw new Refusal('not_found')
  return Buffer.from(entry.leaf)
}

function notAnchored(): Refusal {
  return new Refusal('not_found', {
    detail: 'not covered by a cosigned anchor checkpoint yet',
    headers: { 'retry-after': '10' },
  })
}

function getAnchorKey({ anchor }: ProofRouteParts): RequestHandler {
  return (_request, response) => {
    if (anchor === undefined) throw new Refusal('not_found')
    const lines = anchor.log.keys.map(({ name, publicKey }) => `${encodeVerifierKey(name, publicKey)}\n`)
    response.type(text).send(lines.join(''))
  }
}

function getAnchorCheckpoint({ anchor }: ProofRouteParts): RequestHandler {
  return (_request, response) => {
    if (anchor?.log.note === undefined) throw notAnchored()
    response.set('cache-control', 'no-cache').type(text).send(anchor.log.note)
  }
}

/** Answers the newest time stamp (RFC 3161) and the text it dates, both in base64. */
function getAnchorTimestamp({ anchor }: ProofRouteParts): RequestHandler {
  return (_request, response) => {
    const stamp = anchor?.stamper?.newest
    if (stamp === undefined) throw new Refusal('not_found', { detail: 'no anchor checkpoint was dated yet' })
    response.json({
      checkpoint: Buffer.from(stamp.text).toString('base64'),
      timestampReply: stamp.reply.toString('base64'),
    })
  }
}

/** Answers a tile or an entry bundle of the anchor log, as tlog-tiles lays down. */
function getAnchorTile({ anchor }: ProofRouteParts): RequestHandler {
  return async (request, response) => {
    const parts: unknown = request.params['path']
    const place = Array.isArray(parts) ? parseTilePath(`tile/${parts.join('/')}`) : undefined
    const tile = place === undefined ? undefined : await anchor?.log.readTile(place)
    if (tile === undefined) throw new Refusal('not_found')
    response.set('cache-control', 'private, max-age=31536000, immutable')
    response.type('application/octet-stream').send(tile)
  }
}

function getAnchorPolicy({ anchor }: ProofRouteParts): RequestHandler {
  return (_request, response) => {
    if (anchor === undefined) throw new Refusal('not_found')
    response.type(text).send(writePolicy(anchor.policy))
  }
}
