/** The console's dashboard page before recorded answers of a real Prometheus: one panel of every kind. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { bundlePages } from '../../../console/bundle.ts'
import { securityHeaders } from '../../../console/routes/origin.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface Asked {
  readonly path: string
  readonly parameters: URLSearchParams
  readonly isRefresh: boolean
}

export interface ChartPage {
  /** Address of the dashboard over the time of the recording. */
  readonly url: string
  /** What the page has asked Prometheus and the log store, in order. */
  readonly asked: Asked[]
  /** Lets every question to Prometheus fail, or none. */
  readonly breakPrometheus: (isBroken: boolean) => void
  readonly close: () => Promise<void>
}

/** Seconds since 1970, between which the recorded appliance was busy. */
export const recording = { start: 1_795_245_620, end: 1_795_245_820 } as const
/** The query of the panel that is meant to fail. */
export const refusedQuery = 'sum(rate('

const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
const dashboard = read('gallery.json')
// Written by recording the requests of the page; each key is a path and a query.
const answers = read('gallery-answers.json') as Readonly<Record<string, Answer>>

const logs = [
  'request answered',
  'token refreshed',
  'slow query',
  'the ledger did not answer in 2,000 ms',
].map((body, at) => ({
  timeUnixNano: `${recording.end - at * 9}000000000`,
  severity: ['INFO', 'INFO', 'WARN', 'ERROR'][at],
  service: ['gateway', 'users', 'booking', 'gateway'][at],
  body,
  ...(at === 1 ? {} : { traceId: String(at).padStart(32, 'a') }),
}))

/** Serves the page on a free port, with the headers of the console. */
export async function openChartPage(): Promise<ChartPage> {
  const { page, assets } = await bundlePages()
  const asked: Asked[] = []
  const prometheus = { isBroken: false }
  const app = express()
  app.use(securityHeaders(false))
  app.get('/favicon.ico', (_request, response) => void response.status(204).end())
  app.get('/assets/:name', (request, response) => {
    const asset = assets.get(request.params.name)
    if (asset === undefined) response.status(404).end()
    else response.type(asset.type).send(asset.body)
  })
  app.get('/api/session', (_request, response) => {
    response.json({ email: 'sre@campanile.example', role: 'sre', mayAct: true })
  })
  app.get('/api/dashboards', (_request, response) => void response.json({ dashboards: [] }))
  app.get('/api/dashboards/gallery', (_request, response) => void response.json(dashboard))
  app.use('/api', (request, _response, next) => {
    asked.push({
      path: request.path,
      parameters: new URL(request.originalUrl, 'http://page').searchParams,
      isRefresh: request.headers['x-campanile-refresh'] === '1',
    })
    next()
  })
  app.get('/api/logs', (request, response) => {
    const { service } = request.query
    response.json({ logs: logs.filter((line) => service === undefined || line.service === service) })
  })
  app.get('/api/prometheus/:what', (request, response) => {
    if (prometheus.isBroken) {
      response.status(502).json({ code: 'OVERLOADED', detail: 'prometheus does not answer' })
      return
    }
    const { status, body } = answerOf(request.params.what, request.query)
    response.status(status).json(body)
  })
  app.get('/*path', (_request, response) => void response.type('html').send(page))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const { start, end } = recording
  return {
    url: `http://127.0.0.1:${port}/dashboards/gallery?from=${start}000&to=${end}000`,
    asked,
    breakPrometheus: (isBroken) => {
      prometheus.isBroken = isBroken
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What was not recorded has no series. */
function answerOf(what: string, { query, label }: { query?: unknown; label?: unknown }): Answer {
  const recorded = answers[`${what} ${String(query ?? label)}`]
  if (recorded !== undefined) return recorded
  const empty = {
    query: { resultType: 'vector', result: [] },
    query_range: { resultType: 'matrix', result: [] },
  }
  return { status: 200, body: { status: 'success', data: what in empty ? Object(empty)[what] : [] } }
}
