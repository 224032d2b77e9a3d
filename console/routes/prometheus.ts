/**
 * The way of dashboards to Prometheus: reading endpoints only, every parameter bounded, the answer passed through.
 * A logged-in viewer controls the query; what it may cost is bounded here and by Prometheus' own limits.
 */
import type { Express, Request, Response } from 'express'
import { messageOf } from '../../lib/errors.ts'
import { Refusal } from '../../lib/refusal.ts'
import { ask } from '../sources/upstream.ts'
import { requireCaller } from './caller.ts'
import { readQuery } from './parameters.ts'

/** Longest query, in characters; our longest generated one has some hundred. */
const maxQueryLength = 4_096
const maxRangeSeconds = 31 * 86_400
/** Prometheus itself refuses more points of one series. */
const maxPoints = 11_000

const expression = new RegExp(`^[\\s\\S]{1,${maxQueryLength}}$`)
/** Seconds since 1970. */
const moment = /^\d{1,11}(?:\.\d{1,6})?$/
const step = /^\d{1,7}(?:\.\d{1,3})?$/
const labelName = /^[a-zA-Z_]\w{0,63}$/

interface Range {
  readonly start: number
  readonly end: number
}

/** Mounts `/api/prometheus/query`, `query_range`, `exemplars` and `series-labels`. */
export function mountPrometheus(app: Express, base: string): void {
  app.get('/api/prometheus/query', requireCaller, async (request, response) => {
    const { query, time } = readQuery(request, { query: expression, time: moment })
    await pass(response, `${base}/api/v1/query`, { query: required('query', query), ...(time && { time }) })
  })
  app.get('/api/prometheus/query_range', requireCaller, async (request, response) => {
    const asked = readQuery(request, { query: expression, start: moment, end: moment, step })
    const range = rangeOf(asked)
    const seconds = Number(required('step', asked.step))
    if (seconds < 1 || (range.end - range.start) / seconds > maxPoints) {
      throw fault('step', `at least 1 and at most ${maxPoints} points`)
    }
    await pass(response, `${base}/api/v1/query_range`, {
      query: required('query', asked.query),
      start: String(range.start),
      end: String(range.end),
      step: String(seconds),
    })
  })
  app.get('/api/prometheus/exemplars', requireCaller, async (request, response) => {
    const asked = readQuery(request, { query: expression, start: moment, end: moment })
    const { start, end } = rangeOf(asked)
    await pass(response, `${base}/api/v1/query_exemplars`, {
      query: required('query', asked.query),
      start: String(start),
      end: String(end),
    })
  })
  app.get('/api/prometheus/series-labels', requireCaller, (request, response) =>
    passLabels(request, response, base),
  )
}

async function passLabels(request: Request, response: Response, base: string): Promise<void> {
  const asked = readQuery(request, { label: labelName, match: expression, start: moment, end: moment })
  const { match } = asked
  const hasRange = asked.start !== undefined || asked.end !== undefined
  const range = hasRange ? rangeOf(asked) : undefined
  await pass(response, `${base}/api/v1/label/${required('label', asked.label)}/values`, {
    ...(match === undefined ? {} : { 'match[]': match }),
    ...(range === undefined ? {} : { start: String(range.start), end: String(range.end) }),
  })
}

function rangeOf(asked: { readonly start?: string; readonly end?: string }): Range {
  const start = Number(required('start', asked.start))
  const end = Number(required('end', asked.end))
  if (end < start || end - start > maxRangeSeconds) {
    throw fault('end', `not before start and at most ${maxRangeSeconds} s after it`)
  }
  return { start, end }
}

function required(at: string, value: string | undefined): string {
  if (value === undefined) throw fault(at, 'a value, found none')
  return value
}

function fault(at: string, expected: string): Refusal {
  return new Refusal('query_invalid', { faults: [{ at, expected }] })
}

async function pass(
  response: Response,
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await ask({ url: `${url}?${new URLSearchParams(parameters).toString()}` }).catch(
    (cause: unknown) => {
      throw new Refusal('overloaded', { detail: `prometheus ${messageOf(cause)}`, status: 502, cause })
    },
  )
  response.status(answer.status).set('content-type', answer.type)
  response.end(answer.body)
}
