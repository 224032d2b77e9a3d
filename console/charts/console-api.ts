/** The way of dashboards through the console's own routes. */
import { get, ProblemError } from '../web/api.ts'
import type { ExemplarSeries, LogLine, PromResult, QueryApi } from './answers.ts'
import { fieldsIn, textIn } from './json.ts'

interface Answered<T> {
  readonly data: T
}

/** Opens the routes of the console; a refusal of Prometheus rejects with its own words. */
export function openConsoleApi(): QueryApi {
  return {
    instant: async (query, time, asking) =>
      (await ask<Answered<PromResult>>('prometheus/query', { query, time }, asking)).data,
    range: async (query, range, asking) =>
      (await ask<Answered<PromResult>>('prometheus/query_range', { query, ...range }, asking)).data,
    labelValues: async (label, match, { start, end, ...asking } = {}) =>
      (
        await ask<Answered<readonly string[]>>(
          'prometheus/series-labels',
          { label, match, start, end },
          asking,
        )
      ).data,
    exemplars: async (query, range, asking) =>
      (await ask<Answered<readonly ExemplarSeries[]>>('prometheus/exemplars', { query, ...range }, asking))
        .data,
    logs: async ({ service, start, end, limit }, asking) => {
      const [from, to] = [start, end].map((seconds) => Math.round(seconds * 1_000))
      const most = Math.min(200, limit)
      return (await ask<{ logs: readonly LogLine[] }>('logs', { service, from, to, limit: most }, asking))
        .logs
    },
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>

async function ask<T>(
  path: string,
  parameters: Parameters,
  asking: { readonly signal?: AbortSignal; readonly isRefresh?: boolean } = {},
): Promise<T> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    // The routes take milliseconds at the finest.
    const sent = typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value
    if (sent !== undefined) query.set(name, String(sent))
  }
  try {
    return await get<T>(`/api/${path}?${query}`, asking)
  } catch (error) {
    throw error instanceof ProblemError ? new Error(wordsOf(error), { cause: error }) : error
  }
}

function wordsOf({ message, problem }: ProblemError): string {
  // Prometheus' refusals are passed on as they are: their reason stands under another name.
  return textIn(fieldsIn(problem)['error'], message)
}
