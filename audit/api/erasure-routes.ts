/** `POST /v1/erasures/:tenant`: destroys what is held about one subject, or says what forbids it. */
import type { Express, RequestHandler } from 'express'
import type { Sdk } from '#sdk'
import { ErasureBody } from '../../contracts/erasure.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Eraser } from '../erasure/eraser.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { tenantOf } from './parameters.ts'

export interface ErasureRouteParts {
  readonly sdk: Sdk
  readonly tokens: readonly ServiceToken[]
  readonly eraser: Eraser
  /** Turns what cannot be done now into an answer to come back. */
  readonly answered: (handler: RequestHandler) => RequestHandler
}

const maxBodyBytes = 4_096
const validate = validator(ErasureBody)

/** Mounts the door on the ledger's app. */
export function mountErasure(app: Express, { sdk, tokens, eraser, answered }: ErasureRouteParts): void {
  const mayErase = requireToken(tokens, 'erasures:write')
  app.post('/v1/erasures/:tenant', mayErase, answered(postErasure(sdk, eraser)))
}

function postErasure(sdk: Sdk, eraser: Eraser): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const erasure = await eraser.erase(tenant, outcome.value)
    if (erasure.status === 'refused') {
      sdk.log.warn('erasure refused', { tenant, reason: erasure.grounds[0] ?? '' })
      throw new Refusal('conflict', { detail: `refused: ${erasure.grounds.join(', ')}` })
    }
    sdk.log.info('subject erased', { tenant })
    response.set('cache-control', 'no-store').json(erasure.certificate)
  }
}
