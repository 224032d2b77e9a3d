/**
 * `GET /students/:id/transcript`, and `POST` with a typed reason for break-glass. The answer leaves after the
 * transaction that decided and recorded it has committed.
 */
import type { Express, Request, Response } from 'express'
import Type from 'typebox'
import { principalOf, tenantBody } from '../../door/authenticate.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { disclosureOf, type Denied, type Disclosure, type TranscriptRead } from '../domain/access.ts'
import { minReasonCharacters, readHeaderReason, readReason } from '../domain/reason.ts'
import { writeTranscript } from '../domain/transcript.ts'
import { bodyOf, uuidParam } from '../../door/input.ts'
import { answered, readerOf, type AcademicsDoor } from './door.ts'

/** Header of the typed reason, percent-encoded UTF-8. */
export const reasonHeader = 'x-access-reason'

export const TranscriptRequest = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 4_000 }) },
  { additionalProperties: false },
)

const check = validator(TranscriptRequest)

/** Mounts both ways to a transcript. */
export function mountTranscript(app: Express, door: AcademicsDoor): void {
  app.get('/students/:id/transcript', async (request, response) => {
    const typed = request.header(reasonHeader)
    await readTranscript(door, {
      request,
      response,
      reason: typed === undefined ? undefined : readHeaderReason(typed),
    })
  })
  app.post('/students/:id/transcript', tenantBody({ bytes: 16_384, depth: 2 }), async (request, response) => {
    const { reason } = bodyOf(check, request)
    await readTranscript(door, { request, response, reason: readReason(reason) })
  })
}

interface Exchange {
  readonly request: Request
  readonly response: Response
  readonly reason: string | undefined
}

async function readTranscript(door: AcademicsDoor, { request, response, reason }: Exchange): Promise<void> {
  const reader = readerOf(door, request)
  const student = uuidParam(request, 'id')
  const answer = await door.sdk.span('campus.read_transcript', { 'campus.role': reader.role }, () =>
    answered(door, door.records.readTranscript(reader, student, reason)),
  )
  if (answer.outcome === 'denied') {
    const shown = { role: reader.role, hasReason: reason !== undefined }
    throw refuse(door, { tenant: reader.tenant, denied: answer, disclosure: disclosureOf(answer, shown) })
  }
  countRead(door, request, answer)
  response.set('cache-control', 'no-store').json({
    ...writeTranscript(answer.transcript),
    access: {
      relationship: answer.relationship,
      basis: answer.basis,
      class: answer.class,
      breakGlass: answer.relationship === 'break_glass',
      ...(answer.glassEndsAt === undefined ? {} : { endsAt: answer.glassEndsAt }),
    },
  })
}

function countRead({ sdk }: AcademicsDoor, request: Request, answer: TranscriptRead): void {
  const { tenant, role } = principalOf(request)
  sdk.counter('record_reads_total').inc({ tenant, class: answer.class, basis: answer.basis })
  if (answer.relationship === 'break_glass') {
    sdk.counter('break_glass_reads_total').inc({ tenant, role })
    sdk.log.warn('break glass read', { tenant, role })
  } else sdk.log.info('transcript read', { tenant, role, reason: answer.relationship })
}

export interface Refused {
  readonly tenant: string
  readonly denied: Denied
  /** What the reader may learn; the counters hold what is so. */
  readonly disclosure: Disclosure
}

/** Counts a refusal and writes it without telling more than the reader may learn. */
export function refuse({ sdk }: AcademicsDoor, { tenant, denied, disclosure }: Refused): Refusal {
  const { reason } = denied
  if (reason === 'foreign') {
    sdk.counter('cross_tenant_denied_total').inc({ service: 'academics', kind: 'path' })
  }
  const counted = reason === 'foreign' ? 'unknown_student' : reason
  sdk.counter('record_reads_denied_total').inc({ tenant, reason: counted })
  sdk.log.info('transcript denied', { tenant, reason: counted })
  switch (disclosure) {
    case 'not_found':
      return new Refusal('not_found')
    case 'forbidden':
      return new Refusal('forbidden', { detail: 'no relationship to this student is on record' })
    case 'reason_wanted':
      return new Refusal('forbidden', {
        detail: 'no relationship to this student is on record; a typed reason opens the record and is kept',
        faults: [{ at: reasonHeader, expected: `a reason of at least ${minReasonCharacters} characters` }],
      })
  }
}
