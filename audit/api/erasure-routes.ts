/** `POST /v1/erasures/:tenant`: destroys what is held about one subject, or says what forbids it. */
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Sdk } from '#sdk'
import { ErasureBody } from '../../contracts/erasure.ts'
import { Refusal } from '../../lib/refusal.ts'
import type { TokenChecks } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import type { Eraser } from '../erasure/eraser.ts'
import { approvalOf, type Approval } from './approval.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface ErasureRouteParts {
  readonly sdk: Sdk
  readonly accepted: TokenChecks
  readonly appender: Appender
  readonly eraser: Eraser
}

const maxBodyBytes = 4_096
const validate = validator(ErasureBody)

/** Answers the certificate of an erasure. */
export function postErasure({ sdk, accepted, appender, eraser }: ErasureRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const approval = await approvalOf(request, accepted, { tenant, scope: 'erasures:write' })
    if (approval !== undefined) await recordApproval(appender, { tenant, id: outcome.value.id, approval })
    const erasure = await eraser.erase(tenant, outcome.value)
    if (erasure.status === 'refused') {
      sdk.log.warn('erasure refused', { tenant, reason: erasure.grounds[0] ?? '' })
      throw new Refusal('conflict', { detail: `refused: ${erasure.grounds.join(', ')}` })
    }
    sdk.log.info('subject erased', { tenant })
    response.set('cache-control', 'no-store').json(erasure.certificate)
  }
}

interface Approved {
  readonly tenant: string
  /** Of the erasure. */
  readonly id: string
  readonly approval: Approval
}

async function recordApproval(appender: Appender, { tenant, id, approval }: Approved): Promise<void> {
  for (const person of ['first', 'second'] as const) {
    await recordView(appender, {
      id: randomUUID(),
      tenant,
      facts: { action: 'erasure.approved', outcome: 'success', reason: `${person}_person` },
      viewer: approval[person],
      resourceId: id,
    })
  }
}
