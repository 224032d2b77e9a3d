/** `POST /v1/logs/:tenant/cloudevents`: a batch of CloudEvents 1.0, read as our events. */
import type { Sdk } from '#sdk'
import type { Request } from 'express'
import Type from 'typebox'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import { CloudEvent, fromCloudEvent } from '../format/cloud-events.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { tenantOf } from './parameters.ts'

const maxBodyBytes = 8 * 2 ** 20
const batchType = 'application/cloudevents-batch+json'

const validate = validator(Type.Array(CloudEvent, { minItems: 1, maxItems: 500 }))

/** Makes what reads a batch; a batch with a fault is refused whole, with every fault. */
export function readCloudEvents(sdk: Sdk): (request: Request) => Promise<readonly unknown[]> {
  return async (request) => {
    const tenant = tenantOf(request, sdk)
    const outcome = validate(await readCanonicalBody(request, maxBodyBytes, batchType))
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const arrival = { tenant, producer: tokenOf(request).name, now: new Date().toISOString() }
    const translated = outcome.value.map((event) => fromCloudEvent(event, arrival))
    const faults = translated.flatMap((each, position) =>
      each.valid ? [] : each.faults.map(({ at, expected }) => ({ at: `/${position}${at}`, expected })),
    )
    if (faults.length > 0) throw new Refusal('body_invalid', { faults: faults.slice(0, 50) })
    return translated.flatMap((each) => (each.valid ? [each.event] : []))
  }
}
