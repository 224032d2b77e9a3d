/**
 * `POST /v2/enqueue`, PagerDuty's Events API v2: Alertmanager and the heartbeat send here what they send there.
 * Whoever has the routing key may open incidents; nobody else gets further than the comparison of keys.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Sdk } from '#sdk'
import type { Express, RequestHandler, Response } from 'express'
import type { PagerAnswer, PagerEvent } from '../../contracts/pager-event.ts'
import {
  maxPagerEventBytes,
  pagerCallsPerMinute,
  PagerTrigger,
  PagerUpdate,
} from '../../contracts/pager-event.ts'
import { jsonBody } from '../../lib/body.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator } from '../../lib/validate.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { rateWindow } from '../inbox/rate-window.ts'

export interface EnqueueParts {
  readonly sdk: Sdk
  readonly inbox: Inbox
  /** 32 characters. */
  readonly routingKey: string
  readonly nowMillis: () => number
}

/** Calls a minute: eight times what PagerDuty takes, so that drills in shortened time find the alert and not the limit. */
const callsPerMinute = 8 * pagerCallsPerMinute

// By the action and not by a union: the faults of the form nobody meant would hide the fault there is.
const checkTrigger = validator(PagerTrigger)
const checkUpdate = validator(PagerUpdate)

type Action = 'trigger' | 'acknowledge' | 'resolve' | 'none'
type Outcome = 'accepted' | 'invalid' | 'forbidden' | 'limited' | 'failed'

/** Mounts the door. */
export function mountEnqueue(app: Express, parts: EnqueueParts): void {
  const { sdk, inbox, routingKey, nowMillis } = parts
  // Made now: its series stand at 0 before the first event.
  const events = sdk.counter('console_events_total')
  const count = (action: Action, outcome: Outcome) => events.inc({ action, outcome })
  const window = rateWindow(callsPerMinute)
  const isOurs = keyCheck(routingKey)
  const readEvent = jsonBody({ bytes: maxPagerEventBytes, depth: 32 })
  const read: RequestHandler = (request, response, next) =>
    readEvent(request, response, (error) => {
      if (!(error instanceof Refusal)) {
        next(error)
        return
      }
      count('none', 'invalid')
      refuseInvalid(response, [error.detail ?? error.code], error.status === 413 ? 413 : 400)
    })
  app.post('/v2/enqueue', read, async (request, response) => {
    const body: unknown = request.body
    const action = actionOf(body)
    const key = keyOf(body)
    if (key === undefined) {
      count(action, 'invalid')
      refuseInvalid(response, ['/routing_key: expected a string'])
      return
    }
    if (!isOurs(key)) {
      count(action, 'forbidden')
      answer(response, 403, { status: 'forbidden', message: 'the routing key is not the one of this inbox' })
      return
    }
    // After the key: strangers, also those who show none, must not use up what our own senders need.
    const limited = window.take(nowMillis())
    if (limited !== undefined) {
      count(action, 'limited')
      refuseLimited(response, limited.retrySeconds)
      return
    }
    const outcome = action === 'trigger' ? checkTrigger(body) : checkUpdate(body)
    if (!outcome.valid) {
      count(action, 'invalid')
      sdk.log.warn('event invalid')
      refuseInvalid(
        response,
        outcome.faults.map(({ at, expected }) => `${at === '' ? 'event' : at}: ${expected}`),
      )
      return
    }
    await take(outcome.value, { inbox, count, response })
  })
}

interface Taking {
  readonly inbox: Inbox
  readonly count: (action: Action, outcome: Outcome) => void
  readonly response: Response
}

async function take(event: PagerEvent, { inbox, count, response }: Taking): Promise<void> {
  const { event_action: action } = event
  try {
    const taken = await inbox.take(event)
    if (taken === 'full') {
      count(action, 'limited')
      refuseLimited(response, 60)
      return
    }
    count(action, 'accepted')
    answer(response, 202, { status: 'success', message: 'Event processed', dedup_key: taken.dedupKey })
  } catch (error) {
    count(action, 'failed')
    throw error
  }
}

function answer(response: Response, status: number, body: PagerAnswer): void {
  response.status(status).json(body)
}

function refuseInvalid(response: Response, errors: string[], status = 400): void {
  answer(response, status, { status: 'invalid event', message: 'Event object is invalid', errors })
}

function refuseLimited(response: Response, retrySeconds: number): void {
  response.set('retry-after', String(retrySeconds))
  answer(response, 429, { status: 'throttle exceeded', message: 'too many events, send it again later' })
}

function actionOf(body: unknown): Action {
  const action: unknown =
    typeof body === 'object' && body !== null && 'event_action' in body ? body.event_action : undefined
  return action === 'trigger' || action === 'acknowledge' || action === 'resolve' ? action : 'none'
}

/** Reads the key an event shows; one without is an invalid event. */
function keyOf(body: unknown): string | undefined {
  const key: unknown =
    typeof body === 'object' && body !== null && 'routing_key' in body ? body.routing_key : undefined
  return typeof key === 'string' ? key : undefined
}

/** Compares hashes in constant time, so that neither length nor prefix of the key can be felt. */
function keyCheck(routingKey: string): (shown: string) => boolean {
  const expected = createHash('sha256').update(routingKey).digest()
  return (shown) => timingSafeEqual(expected, createHash('sha256').update(shown).digest())
}
