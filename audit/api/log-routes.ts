/** `GET /v1/logs/:tenant/…`: key, checkpoint, proofs and entries of one log. */
import { randomUUID } from 'node:crypto'
import type { Sdk } from '#sdk'
import type { Request, RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { isIssued, tokenOf } from '../../lib/token.ts'
import type { Appender } from '../append/appender.ts'
import { leafHash } from '../log/hash.ts'
import type { EntryRow, Published, Reader } from '../store/reader.ts'
import type { Logs } from '../store/logs.ts'
import type { SubjectReader } from '../store/subject-reader.ts'
import { numberOf, optionalText, subjectOf, tenantOf } from './parameters.ts'
import { checkEntries } from './period.ts'
import { recordShown, recordView } from './view-event.ts'

export interface LogRouteParts {
  readonly sdk: Sdk
  readonly reader: Reader
  readonly logs: Logs
  readonly appender: Appender
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const producerName = /^[a-z][a-z_-]{0,63}$/
/** Most entries of one page. */
const maxPage = 1_000

/** An entry is shown once it is signed for, within about 2 s; until then there is nothing that could prove it. */
export function notCovered(): Refusal {
  return new Refusal('not_found', {
    detail: 'not covered by a checkpoint yet',
    headers: { 'retry-after': '2' },
  })
}

/** Reads the newest signed checkpoint. @throws Refusal not_found before the first */
export async function publishedOf(reader: Reader, tenant: string): Promise<Published> {
  const published = await reader.checkpoint(tenant)
  if (published === undefined) throw notCovered()
  return published
}

/** Answers the verifier key as text. */
export function getKey({ sdk, reader, logs }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    // Without it, asking would make a log for any name.
    await publishedOf(reader, tenant)
    const { vkey } = await logs.open(tenant)
    response.type('text/plain; charset=utf-8').send(`${vkey}\n`)
  }
}

/** Answers the newest signed checkpoint, verbatim. */
export function getCheckpoint({ sdk, reader }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const { note } = await publishedOf(reader, tenantOf(request, sdk))
    response.set('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(note)
  }
}

/** Proves that an event, by id or by index, is in the log of a size (default: the newest signed). */
export function getInclusion({ sdk, reader, appender }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const published = await publishedOf(reader, tenant)
    const size = numberOf(request, 'size', { fallback: published.size, max: published.size })
    const index = await indexOf(request, tenant, reader)
    if (index >= published.size) throw notCovered()
    if (index >= size) throw new Refusal('not_found', { detail: `a log of ${size} does not have this entry` })
    const [entry] = await reader.entries(tenant, { from: index, to: index + 1, limit: 1 })
    if (entry === undefined) throw new Refusal('not_found')
    await checkEntries(request, { reader, tenant }, { start: index, end: index + 1 })
    const path = await reader.inclusionPath(tenant, index, { size, signed: published.size })
    const body = JSON.stringify({
      index,
      size,
      leaf: JSON.parse(entry.leaf) as unknown,
      leafHash: leafHash(Buffer.from(entry.leaf)).toString('base64'),
      path: path.map((hash) => hash.toString('base64')),
      ...(size === published.size ? { checkpoint: published.note } : {}),
    })
    await recordShown(request, appender, { tenant, format: 'inclusion', from: index, to: index + 1, body })
    response.type('application/json').send(body)
  }
}

/** Reads which entry is asked for: by `id` (and `producer`), else by `index`. @throws Refusal */
export async function indexOf(request: Request, tenant: string, reader: Reader): Promise<number> {
  const id = optionalText(request, 'id', uuid)
  if (id === undefined) return numberOf(request, 'index')
  const index = await reader.findEntry(tenant, id, optionalText(request, 'producer', producerName))
  if (index === undefined) throw new Refusal('not_found', { detail: 'no entry has this id' })
  return index
}

/** Proves that one size of the log extends another. */
export function getConsistency({ sdk, reader }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const published = await publishedOf(reader, tenant)
    const to = numberOf(request, 'to', { fallback: published.size, max: published.size })
    const from = numberOf(request, 'from', { max: to })
    const path = await reader.consistencyPath(tenant, from, { size: to, signed: published.size })
    response.json({ from, to, path: path.map((hash) => hash.toString('base64')) })
  }
}

/** Lists entries of the signed part of the log, in order. */
export function getEntries({ sdk, reader, appender }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const { size } = await publishedOf(reader, tenant)
    const from = numberOf(request, 'from', { fallback: 0 })
    const limit = numberOf(request, 'limit', { fallback: 100, max: maxPage })
    await checkEntries(request, { reader, tenant }, { start: from, end: Math.min(from + limit, size) })
    const entries = await reader.entries(tenant, { from, to: size, limit })
    const body = JSON.stringify({ size, entries: entries.map(describeEntry) })
    const to = from + entries.length
    await recordShown(request, appender, { tenant, format: 'entries', from, to, body })
    response.type('application/json').send(body)
  }
}

/** Writes an entry as exports carry it: the leaf as it was hashed, and what opens its commitment to the facts. */
export function describeEntry(row: EntryRow) {
  return {
    index: row.index,
    leaf: JSON.parse(row.leaf) as unknown,
    leafHash: row.leaf_hash.toString('base64'),
    ...openingOf(row),
  }
}

function openingOf({ facts, salt, personal_commitment: personalCommitment, gone }: EntryRow) {
  if (facts === null || salt === null || personalCommitment === null) {
    return gone === undefined ? {} : { gone }
  }
  return {
    facts: JSON.parse(facts) as unknown,
    factsSalt: salt.toString('base64url'),
    personalCommitment: personalCommitment.toString('base64url'),
  }
}

export interface AccessesParts extends LogRouteParts {
  readonly subjects: Pick<SubjectReader, 'isKnown'>
}

/**
 * Answers who accessed a subject's record, newest first; what whom it was issued to sees by a token is recorded. For
 * whom a program asks is the program's to record.
 */
export function getAccesses({ sdk, reader, logs, appender, subjects }: AccessesParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const subject = subjectOf(request)
    const limit = numberOf(request, 'limit', { fallback: 100, max: maxPage })
    const before = numberOf(request, 'before', { fallback: Number.MAX_SAFE_INTEGER })
    const known = await reader.checkpoint(tenant)
    const log = known === undefined ? undefined : await logs.open(tenant)
    const accesses = log === undefined ? [] : await reader.accesses(log, subject, { before, limit })
    const last = accesses.at(-1)
    const grant = tokenOf(request)
    if (log !== undefined && isIssued(grant)) {
      const facts = { action: 'accesses.read', outcome: 'success' } as const
      // As for a report: no key is made for who is not known.
      const about = (await subjects.isKnown(log, subject)) ? { subject } : {}
      await recordView(appender, { id: randomUUID(), tenant, facts, viewer: grant.name, ...about })
    }
    response.set('cache-control', 'no-store')
    response.json({
      accesses,
      ...(last !== undefined && accesses.length === limit ? { next: last.index } : {}),
    })
  }
}
