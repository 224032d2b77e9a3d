/** `POST /v1/erasures/:tenant` and `…/approvals`: destroys what is held about one subject, once another person said yes. */
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Sdk } from '#sdk'
import { ErasureBody, type ErasureApproval } from '../../contracts/erasure.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import type { Eraser } from '../erasure/eraser.ts'
import { Approvals } from './approval.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface ErasureRouteParts {
  readonly sdk: Sdk
  readonly appender: Appender
  readonly eraser: Eraser
}

const maxBodyBytes = 4_096
const validate = validator(ErasureBody)

/** Makes the handlers of erasures and of their approvals. */
export function erasureHandlers(parts: ErasureRouteParts) {
  const approvals = new Approvals(() => Date.now())
  return { eraseSubject: postErasure(parts, approvals), approveErasure: postApproval(parts, approvals) }
}

/** Answers the certificate of an erasure. */
function postErasure({ sdk, appender, eraser }: ErasureRouteParts, approvals: Approvals): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const body = await readErasure(request)
    const first = tokenOf(request)
    const reason = approvals.demand(first, { tenant, body }) ? 'first_person' : 'program'
    await recordApproval(appender, { tenant, id: body.id, viewer: first.name, reason })
    const erasure = await eraser.erase(tenant, body)
    if (erasure.status === 'refused') {
      sdk.log.warn('erasure refused', { tenant, reason: erasure.grounds[0] ?? '' })
      throw new Refusal('conflict', { detail: `refused: ${erasure.grounds.join(', ')}` })
    }
    sdk.log.info('subject erased', { tenant })
    response.set('cache-control', 'no-store').json(erasure.certificate)
  }
}

/** Answers until when the erasure that is shown may be asked for by somebody else. */
function postApproval({ sdk, appender }: ErasureRouteParts, approvals: Approvals): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const body = await readErasure(request)
    const second = tokenOf(request)
    approvals.refuseUnfit(second)
    // Nobody uses what the log does not have.
    await recordApproval(appender, { tenant, id: body.id, viewer: second.name, reason: 'second_person' })
    const expiresAt = approvals.give(second, { tenant, body })
    const answer: ErasureApproval = { id: body.id, expiresAt: new Date(expiresAt).toISOString() }
    response.set('cache-control', 'no-store').json(answer)
  }
}

async function readErasure(request: Request): Promise<ErasureBody> {
  const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  return outcome.value
}

interface Approved {
  readonly tenant: string
  /** Of the erasure. */
  readonly id: string
  /** Name of the token. */
  readonly viewer: string
  /** `program` where a long-lived token asked and the log knows of no second person. */
  readonly reason: 'first_person' | 'second_person' | 'program'
}

async function recordApproval(appender: Appender, { tenant, id, viewer, reason }: Approved): Promise<void> {
  await recordView(appender, {
    id: randomUUID(),
    tenant,
    facts: { action: 'erasure.approved', outcome: 'success', reason },
    viewer,
    resourceId: id,
  })
}
