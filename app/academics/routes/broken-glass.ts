/** `GET /glass` and `POST /glass/:id/review`: the registrar of record looks at what was opened without a relationship. */
import type { Express } from 'express'
import Type from 'typebox'
import { tenantBody } from '../../door/authenticate.ts'
import { bodyOf, countQuery, uuidParam } from '../../door/input.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { verdicts, type Verdict } from '../domain/broken-glass.ts'
import { minReasonCharacters, readReason } from '../domain/reason.ts'
import { answered, readerOf, type AcademicsDoor } from './door.ts'

export const ReviewRequest = Type.Object(
  {
    verdict: Type.Unsafe<Verdict>({ type: 'string', enum: verdicts }),
    finding: Type.String({ minLength: 1, maxLength: 4_000 }),
  },
  { additionalProperties: false },
)

const check = validator(ReviewRequest)

/** Mounts the list of reviews that wait and the review itself. */
export function mountBrokenGlass(app: Express, door: AcademicsDoor): void {
  app.get('/glass', async (request, response) => {
    const limit = countQuery(request, 'limit', { fallback: 100, max: 200 })
    const answer = await answered(door, door.records.listGlass(readerOf(door, request), limit))
    if (answer.outcome === 'denied') throw notTheReviewer()
    response.set('cache-control', 'no-store').json({ reviews: answer.reviews })
  })
  app.post('/glass/:id/review', tenantBody({ bytes: 16_384, depth: 2 }), async (request, response) => {
    const { verdict, finding: typed } = bodyOf(check, request)
    const finding = readReason(typed)
    if (finding === undefined) {
      const expected = `a finding of at least ${minReasonCharacters} characters`
      throw new Refusal('body_invalid', { faults: [{ at: '/finding', expected }] })
    }
    const reader = readerOf(door, request)
    const review = { glass: uuidParam(request, 'id'), verdict, finding }
    const answer = await answered(door, door.records.reviewGlass(reader, review))
    if (answer.outcome === 'denied') throw refusalOf(answer.reason)
    const { tenant, role } = reader
    door.sdk.counter('break_glass_reviews_total').inc({ tenant, verdict })
    door.sdk.log.info('break glass reviewed', { tenant, role, reason: verdict })
    response.json({ outcome: answer.outcome })
  })
}

function refusalOf(reason: 'role' | 'unknown' | 'own_glass' | 'reviewed'): Refusal {
  switch (reason) {
    case 'role':
      return notTheReviewer()
    case 'unknown':
      return new Refusal('not_found')
    case 'own_glass':
      return new Refusal('forbidden', { detail: 'somebody else reviews what the caller opened' })
    case 'reviewed':
      return new Refusal('conflict', { detail: 'this was reviewed before' })
  }
}

function notTheReviewer(): Refusal {
  return new Refusal('forbidden', { detail: 'the registrar of record reviews broken glass' })
}
