/**
 * Asks a running Prometheus and the collector's store everything the generated dashboards ask, with every value
 * the reader can choose, and tells what comes back empty.
 */

/** Where the answers come from. */
export interface Doors {
  readonly prometheus: string
  readonly query: string
}

interface Target {
  readonly refId: string
  readonly expr: string
  readonly instant?: boolean
}

interface Panel {
  readonly type: string
  readonly title: string
  readonly targets?: readonly Target[]
}

interface Variable {
  readonly name: string
  readonly type: string
  readonly definition?: string
  readonly allValue?: string
}

/** A classic dashboard as far as the crawler reads it. */
export interface CrawledDashboard {
  readonly uid: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] }
}

/** One question as it is asked. */
export interface Question {
  readonly dashboard: string
  readonly panel: string
  readonly refId: string
  readonly kind: 'range' | 'instant' | 'logs' | 'annotation'
  readonly expr: string
}

type Choices = Readonly<Record<string, string>>

/** Scrapes every 10 s, so four of them: what Grafana makes of `$__rate_interval`. */
const builtIn: Choices = { __rate_interval: '40s', __interval: '15s', __range: '5m' }
const rangeSeconds = 300
const stepSeconds = 15

/** Lists every question once, with every combination of the variables it depends on. */
export async function questionsOf(doors: Doors, dashboard: CrawledDashboard): Promise<readonly Question[]> {
  const combinations = await combine(doors, dashboard.templating.list)
  const asked = new Map<string, Question>()
  const add = (question: Question) => asked.set(JSON.stringify(question), question)
  for (const choices of combinations) {
    for (const panel of dashboard.panels) {
      for (const { refId, expr, instant } of panel.targets ?? []) {
        const kind = panel.type === 'logs' ? 'logs' : instant === true ? 'instant' : 'range'
        const place = { dashboard: dashboard.uid, panel: panel.title, refId }
        add({ ...place, kind, expr: fill(expr, { ...builtIn, ...choices }) })
      }
    }
    for (const { name, expr = '' } of dashboard.annotations.list) {
      const filled = fill(expr, { ...builtIn, ...choices })
      add({ dashboard: dashboard.uid, panel: name, refId: '', kind: 'annotation', expr: filled })
    }
  }
  return [...asked.values()]
}

/**
 * Asks one question; true when something came back that can be drawn. A mark on the charts may rightly be absent:
 * it only has to be answered.
 *
 * @throws Error when the question is refused
 */
export async function isAnswered(doors: Doors, question: Question): Promise<boolean> {
  switch (question.kind) {
    case 'logs':
      return hasLogs(doors, question.expr)
    case 'instant':
      return hasFinite(await ask(doors, '/api/v1/query', { query: question.expr }))
    case 'annotation':
      await range(doors, question.expr)
      return true
    case 'range':
      return hasFinite(await range(doors, question.expr))
  }
}

/** Lists the traces whose ids stand beside the samples of a histogram, the newest last. */
export async function tracesBehind(doors: Doors, histogram: string): Promise<readonly string[]> {
  const end = Math.floor(Date.now() / 1_000)
  const times = { start: String(end - rangeSeconds), end: String(end) }
  // Prometheus answers exemplars with this shape.
  const found = (await ask(doors, '/api/v1/query_exemplars', { query: histogram, ...times })) as readonly {
    exemplars: readonly { labels: { trace_id?: string }; timestamp: number }[]
  }[]
  return found
    .flatMap(({ exemplars }) => exemplars)
    .sort((one, other) => one.timestamp - other.timestamp)
    .flatMap(({ labels }) => (labels.trace_id === undefined ? [] : [labels.trace_id]))
}

function range(doors: Doors, query: string): Promise<unknown> {
  const end = Math.floor(Date.now() / 1_000)
  const start = end - rangeSeconds
  const times = { start: String(start), end: String(end), step: String(stepSeconds) }
  return ask(doors, '/api/v1/query_range', { query, ...times })
}

/** Chooses every value of every variable, and "All", the later ones within what the earlier ones leave. */
async function combine(doors: Doors, variables: readonly Variable[]): Promise<readonly Choices[]> {
  let combinations: Choices[] = [{}]
  for (const { name, type, definition = '', allValue = '.*' } of variables) {
    if (type !== 'query') continue
    const next: Choices[] = []
    for (const choices of combinations) {
      const values = await valuesOf(doors, fill(definition, { ...builtIn, ...choices }))
      next.push(...[allValue, ...values].map((value) => ({ ...choices, [name]: value })))
    }
    combinations = next
  }
  return combinations
}

async function valuesOf(doors: Doors, definition: string): Promise<readonly string[]> {
  const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? []
  const values = await ask(doors, `/api/v1/label/${label}/values`, { 'match[]': series })
  if (!Array.isArray(values) || values.length === 0) throw new Error(`${definition} has no values`)
  return values.map(String)
}

function fill(text: string, choices: Choices): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    return choices[braced ?? bare ?? ''] ?? whole
  })
}

async function ask(doors: Doors, path: string, parameters: Choices): Promise<unknown> {
  const response = await fetch(`${doors.prometheus}${path}?${String(new URLSearchParams(parameters))}`)
  // Prometheus answers with this shape, errors included.
  const body = (await response.json()) as { status: string; error?: string; data?: unknown }
  if (body.status !== 'success') throw new Error(`${parameters['query'] ?? path}: ${body.error ?? ''}`)
  return body.data
}

interface Series {
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}

function hasFinite(data: unknown): boolean {
  const { result } = data as { result: readonly Series[] }
  return result.some(({ value, values = [] }) =>
    [...values, ...(value === undefined ? [] : [value])].some(([, sample]) =>
      Number.isFinite(Number(sample)),
    ),
  )
}

async function hasLogs(doors: Doors, selector: string): Promise<boolean> {
  const [, service = ''] = /service_name=~"([^"]*)"/.exec(selector) ?? []
  const isOne = /^[a-z]+$/.test(service)
  const response = await fetch(`${doors.query}/api/logs?limit=1${isOne ? `&service=${service}` : ''}`)
  const { logs } = (await response.json()) as { logs: readonly unknown[] }
  return logs.length > 0
}
