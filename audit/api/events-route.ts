/** `POST /v1/events`: whoever shows a writer's token controls the body; every event is answered for itself. */
import type { Sdk } from '#sdk'
import type { Request, RequestHandler } from 'express'
import {
  AppendRequest,
  type AppendResponse,
  type AuditEvent,
  type Receipt,
} from '../../contracts/audit-event.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { services, type Service } from '../../contracts/services.ts'
import { readBody } from '../../lib/body.ts'
import { isNestedDeeper } from '../../lib/json-depth.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenAllows, tokenOf } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import { checkEvent, type Checked } from '../append/prepare.ts'

/** 500 events of ordinary size many times over; one that uses every field to its limit has about 12 kB. */
const maxBodyBytes = 8 * 2 ** 20
const maxDepth = 32

const validate = validator(AppendRequest)

/** Reads the body strictly: what is hashed must not be ambiguous. */
async function readEvents(request: Request): Promise<readonly unknown[]> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal('media_type_unsupported', { detail: 'expected content-type application/json' })
  }
  const bytes = await readBody(request, maxBodyBytes)
  if (isNestedDeeper(bytes, maxDepth)) {
    throw new Refusal('body_too_deep', { detail: `expected at most ${maxDepth} levels of nesting` })
  }
  const outcome = validate(parse(bytes))
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  return outcome.value.events
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseCanonical(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const reason = cause instanceof CanonicalJsonError ? cause.code.toLowerCase() : 'not utf-8'
    throw new Refusal('body_malformed', { detail: `the body is not unambiguous json: ${reason}`, cause })
  }
}

/** Appends the valid events of a request and answers in their order all that could be taken now. */
export function appendEvents(sdk: Sdk, appender: Appender): RequestHandler {
  const outcomes = sdk.counter('ledger_events_total')
  const denied = sdk.counter('cross_tenant_denied_total')
  return async (request, response) => {
    const { name } = tokenOf(request)
    const offerer = {
      name,
      mayWrite: (tenant: string) => tokenAllows(request, tenant),
      onForeign: () => denied.inc({ service: 'ledger', kind: 'body' }),
    }
    const checked = (await readEvents(request)).map((event) => checkEvent(event, offerer))
    const receipts = await appendValid(checked, appender)
    const producer = producerOf(name)
    for (const { outcome } of receipts) outcomes.inc({ producer, outcome })
    const deferred = checked.length - receipts.length
    if (deferred > 0) outcomes.inc({ producer, outcome: 'deferred' }, deferred)
    response.set('cache-control', 'no-store')
    response.json({ receipts } satisfies AppendResponse)
  }
}

async function appendValid(checked: readonly Checked[], appender: Appender): Promise<Receipt[]> {
  const events = checked.flatMap((each): AuditEvent[] => (each.valid ? [each.event] : []))
  const appended = events.length === 0 ? [] : await appender.append(events)
  let at = 0
  // Valid events were answered in order; one that has no receipt was not taken and will be sent again.
  return checked.flatMap((each) => (each.valid ? (appended[at++] ?? []) : each.receipt))
}

/** Tokens that belong to no service can only offer invalid events; those count as the ledger's own. */
function producerOf(name: string): Service {
  return services.find((service) => service === name) ?? 'ledger'
}
