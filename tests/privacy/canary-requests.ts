/** Requests that have a value in every place of OTLP and of Faro that can carry a string. */

type Json = unknown

const times = { startTimeUnixNano: '1790000000000000000', endTimeUnixNano: '1790000000100000000' }
const at = { timeUnixNano: times.startTimeUnixNano }
const text = (key: string, value: string) => ({ key, value: { stringValue: value } })

/** Keys of every class and template; the value itself is a key too. */
const keys = [
  'message',
  'service.name',
  'reason',
  'code',
  'enduser.id',
  'user.email',
  'url.full',
  'url.path',
  'http.route',
  'server.address',
  'user_agent.original',
  'exception.message',
  'exception.type',
  'exception.stacktrace',
  'code.function.name',
  'otel.scope.name',
  'service.version',
  'trace_id',
  'browser.language',
] as const

function attributesOf(value: string): Json[] {
  const list = {
    arrayValue: { values: [{ stringValue: value }, { kvlistValue: { values: [text(value, value)] } }] },
  }
  return [
    ...keys.map((key) => text(key, value)),
    text('db.query.text', `SELECT 1 FROM t WHERE a = '${value}' -- ${value}`),
    text('url.full', `https://${value}:pw@localhost/students/${value}?q=${value}#${value}`),
    text('enduser.id', `hmac:${value}`),
    text(value, value),
    { key: 'container.image.tags', value: list },
    { key: 'message', value: list },
    { key: 'host.id', value: { bytesValue: Buffer.from(value).toString('base64') } },
  ]
}

/** Some of them, where a full set has stood in the same item already. */
function fewOf(value: string): Json[] {
  return ['service.name', 'code.function.name', 'enduser.id', value].map((key) => text(key, value))
}

const idsOf = (index: number) => ({
  traceId: index.toString(16).padStart(32, 'a'),
  spanId: index.toString(16).padStart(16, 'b'),
})

/** A span for each value, with a resource and a scope of the first one. */
export function tracesOf(values: readonly string[], index: number): Json {
  const [first = ''] = values
  const spans = values.map((value, number) => ({
    ...idsOf(index * 100 + number + 1),
    ...times,
    traceState: `v=${value}`,
    name: number % 2 === 0 ? value : `GET /students/${value}`,
    attributes: attributesOf(value),
    events: [{ ...at, name: value, attributes: fewOf(value) }],
    links: [{ ...idsOf(index + 1), traceState: `v=${value}`, attributes: fewOf(value) }],
    status: { code: 2, message: `no ${value}` },
  }))
  return { resourceSpans: [{ ...holders(first), scopeSpans: [{ ...scoped(first), spans }] }] }
}

/** A record for each value and kind of body. */
export function logsOf(values: readonly string[], index: number): Json {
  const [first = ''] = values
  const logRecords = values.flatMap((value, number) =>
    [
      { stringValue: `hello ${value}` },
      { kvlistValue: { values: attributesOf(value) } },
      { arrayValue: { values: [{ stringValue: value }] } },
      { bytesValue: Buffer.from(value).toString('base64') },
    ].map((body, kind) => ({
      ...at,
      ...idsOf(index * 100 + number + 1),
      severityText: value,
      eventName: value,
      body,
      attributes: kind === 0 ? attributesOf(value) : fewOf(value),
    })),
  )
  return { resourceLogs: [{ ...holders(first), scopeLogs: [{ ...scoped(first), logRecords }] }] }
}

/** Metrics of every kind for each value, with exemplars. */
export function metricsOf(values: readonly string[], index: number): Json {
  const [first = ''] = values
  const metrics = values.flatMap((value, number) => {
    const attributes = fewOf(value)
    const exemplars = [{ ...at, ...idsOf(index + number), asDouble: 1, filteredAttributes: attributes }]
    const point = { ...at, startTimeUnixNano: at.timeUnixNano, attributes, exemplars }
    const cumulative = { aggregationTemporality: 2 }
    const named = { description: value, unit: value, metadata: attributes }
    return [
      { name: value, ...named, gauge: { dataPoints: [{ ...point, asDouble: 1 }] } },
      {
        name: `m_${number}`,
        ...named,
        sum: { ...cumulative, isMonotonic: true, dataPoints: [{ ...point, asInt: '1' }] },
      },
      {
        name: `h_${number}`,
        ...named,
        histogram: { ...cumulative, dataPoints: [{ ...point, count: '1', sum: 1, bucketCounts: ['1'] }] },
      },
      { name: `s_${number}`, ...named, summary: { dataPoints: [{ ...at, attributes, count: '1', sum: 1 }] } },
    ]
  })
  return { resourceMetrics: [{ ...holders(first), scopeMetrics: [{ ...scoped(first), metrics }] }] }
}

function holders(value: string) {
  return { resource: { attributes: attributesOf(value) }, schemaUrl: `https://schemas.example/${value}` }
}

function scoped(value: string) {
  return { scope: { name: value, version: value, attributes: attributesOf(value) }, schemaUrl: value }
}

/** A payload of the Faro SDK with one item of each kind for each value. */
export function faroOf(values: readonly string[], index: number): Json {
  const [first = ''] = values
  const timestamp = '2026-11-21T03:00:00.000Z'
  const mapOf = (value: string) => ({
    ...Object.fromEntries(keys.map((key) => [key, value])),
    [value]: value,
  })
  const attributes = mapOf(first)
  const meta = {
    app: { name: first, version: first, environment: first, namespace: first, bundleId: first },
    user: { id: first, username: first, fullName: first, email: first, roles: first, attributes },
    session: { id: first, attributes },
    page: { id: first, url: `https://portal.example/${first}?q=${first}#${first}`, attributes },
    browser: { name: first, version: first, os: first, userAgent: first, language: first, mobile: first },
    view: { name: first },
    sdk: { name: first, version: first, integrations: [{ name: first, version: first }] },
  }
  const each = (item: (value: string) => Json) => values.map(item)
  return {
    meta,
    logs: each((value) => ({ message: `hello ${value}`, level: value, context: mapOf(value), timestamp })),
    events: each((value) => ({ name: value, domain: value, attributes: mapOf(value), timestamp })),
    measurements: each((value) => ({
      type: value,
      values: { lcp: 1, [value]: 1 },
      context: mapOf(value),
      timestamp,
    })),
    exceptions: each((value) => ({
      type: value,
      value: `no ${value}`,
      context: mapOf(value),
      timestamp,
      trace: { trace_id: value, span_id: value },
      stacktrace: {
        frames: [{ filename: `https://x.example/${value}.js`, function: value, lineno: 1, colno: 2 }],
      },
    })),
    traces: tracesOf(values, index),
  }
}

/** Prometheus text with the values as labels, help and names of labels. */
export function pageOf(values: readonly string[]): string {
  const quoted = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return values
    .map(
      (value, index) =>
        `# HELP scraped_${index} ${quoted(value)}\n# TYPE scraped_${index} gauge\n` +
        `scraped_${index}{student="${quoted(value)}",reason="${quoted(value)}",service="${quoted(value)}"} 1\n`,
    )
    .join('')
}
