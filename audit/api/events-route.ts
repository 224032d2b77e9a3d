/** `POST /v1/events`: whoever shows a writer's token controls the body; every event is answered for itself. */
import type { Sdk } from '#sdk'
import type { Request, RequestHandler } from 'express'
import { AppendRequest, type AppendResponse, type Receipt } from '../../contracts/audit-event.ts'
import { services, type Service } from '../../contracts/services.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenAllows, tokenOf } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import { checkEvent, type Checked } from '../append/check-event.ts'
import type { Offer } from '../append/offer.ts'
import type { Quarantine, Refused } from '../quarantine/quarantine.ts'
import { readCanonicalBody } from './canonical-body.ts'

/** 500 events of ordinary size many times over; one alone may have 65,535 bytes. */
const maxBodyBytes = 8 * 2 ** 20

const validate = validator(AppendRequest)

async function readEvents(request: Request): Promise<readonly unknown[]> {
  const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  return outcome.value.events
}

export interface AppendRouteParts {
  readonly sdk: Sdk
  readonly appender: Appender
  readonly quarantine: Pick<Quarantine, 'keep'>
}

/**
 * Appends the valid events of a request and answers in their order all that could be taken now.
 *
 * @param read what finds the events in a body
 */
export function appendEvents(
  { sdk, appender, quarantine }: AppendRouteParts,
  read = readEvents,
): RequestHandler {
  const outcomes = sdk.counter('ledger_events_total')
  const denied = sdk.counter('cross_tenant_denied_total')
  return async (request, response) => {
    const { name } = tokenOf(request)
    // What the ledger says itself never came through its door: erasures and retention are believed for it.
    if (name === 'ledger') throw new Refusal('forbidden', { detail: 'nobody speaks as the ledger' })
    const offerer = {
      name,
      mayWrite: (tenant: string) => tokenAllows(request, tenant),
      onForeign: () => denied.inc({ service: 'ledger', kind: 'body' }),
    }
    const checked = (await read(request)).map((event) => checkEvent(event, offerer))
    const { receipts, refused } = await appendValid(checked, appender)
    const producer = producerOf(name)
    if (refused.length > 0) await quarantine.keep(producer, refused)
    for (const [outcome, { length }] of Map.groupBy(receipts, (receipt) => receipt.outcome)) {
      outcomes.inc({ producer, outcome }, length)
    }
    const deferred = checked.length - receipts.length
    if (deferred > 0) outcomes.inc({ producer, outcome: 'deferred' }, deferred)
    response.set('cache-control', 'no-store')
    response.json({ receipts } satisfies AppendResponse)
  }
}

interface Answers {
  readonly receipts: Receipt[]
  readonly refused: Refused[]
}

async function appendValid(checked: readonly Checked[], appender: Appender): Promise<Answers> {
  const offers = checked.flatMap((each): Offer[] => (each.valid ? [each.offer] : []))
  const appended = offers.length === 0 ? [] : await appender.appendOffers(offers)
  const answers: Answers = { receipts: [], refused: [] }
  let at = 0
  for (const each of checked) {
    // Valid events were answered in order; one that has no receipt was not taken and will be sent again.
    const receipt = each.valid ? appended[at++] : each.receipt
    if (receipt !== undefined) answers.receipts.push(receipt)
    if (!each.valid) answers.refused.push(each.refused)
    else if (receipt?.outcome === 'conflict') answers.refused.push(conflictOf(each.offer, receipt))
  }
  return answers
}

function conflictOf({ event }: Offer, { detail = 'another event has this id' }: Receipt): Refused {
  return { value: event, reason: 'conflict', detail, tenant: event.tenant }
}

/** Tokens that belong to no service can only offer invalid events; those count as the ledger's own. */
function producerOf(name: string): Service {
  return services.find((service) => service === name) ?? 'ledger'
}
