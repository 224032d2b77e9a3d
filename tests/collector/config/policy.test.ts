/**
 * The fence as text of the reference engine: accepted here, carried out by our own OTTL and by a copy of what `redaction`
 * does with attributes there (processor/redactionprocessor at v0.160), and held against the canaries.
 */
import { expect } from 'chai'
import { parse } from 'yaml'
import { allowedKeys, allowedValues, blockedValues } from '../../../collector/config/policy-patterns.ts'
import { policyText, statementsOf, weaker } from '../../../collector/config/policy-text.ts'
import { lostGuarantees } from '../../../collector/config/port-check.ts'
import { pointsOf } from '../../../collector/process/metric-model.ts'
import type { Attribute, Value } from '../../../collector/process/model.ts'
import { createTransform } from '../../../collector/process/transform.ts'
import { logsFromJson, tracesFromJson } from '../../../collector/wire/json.ts'
import { encodeLogs } from '../../../collector/wire/logs.ts'
import { metricsFromJson } from '../../../collector/wire/metrics-json.ts'
import { encodeMetrics } from '../../../collector/wire/metrics.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { logsOf, metricsOf, tracesOf } from '../../privacy/canary-requests.ts'
import { findForms, formsOf, worldCanaries, writings } from '../../privacy/canary-writings.ts'
import { loadSample, pipeline } from './sample-file.ts'

interface Written {
  readonly processors: Readonly<Record<string, unknown>>
}

const written = (policy = {}) => parse(policyText(policy).replaceAll('$$', '$')) as Written
const names = ['redaction/campanile', 'transform/campanile']

describe('the policy as text', () => {
  it('is a configuration that this collector takes, whatever the site adds', () => {
    for (const policy of [
      {},
      {
        studentNumber: '^[A-Z]?\\d{7,9}$',
        words: ['CheckoutService'],
        pathWords: ['enrolment'],
        texts: ['cost: $5', 'say "hello"'],
        allow: [{ key: 'term.code', value: 'word' as const, owner: 'registrar', expires: '2027-01-31' }],
      },
    ]) {
      // The dollars of the text are those of a file.
      const { processors } = parse(policyText(policy)) as Written
      const { plan } = loadSample({
        processors,
        pipelines: { traces: pipeline(['memory_limiter', ...names], ['span_metrics', 'otlp_http']) },
      })
      expect(plan.processors.map(({ id }) => id)).to.include.members(names)
    }
  })

  it('says in its comments what is weaker than the fence, and port-check says it of a file that has it', () => {
    for (const each of weaker) expect(policyText({})).to.include(`# - ${each}`)
    const { plan } = loadSample({
      processors: (parse(policyText({})) as Written).processors,
      pipelines: { traces: pipeline(['memory_limiter', ...names], ['span_metrics', 'otlp_http']) },
    })
    const found = lostGuarantees(plan)
    expect(found.map(({ rule }) => rule))
      .to.include('redaction-weaker')
      .and.not.include('redaction-without-rules')
    expect(found.find(({ rule }) => rule === 'redaction-weaker')?.text).to.include(weaker[0])
  })

  it('keeps to what it may promise: no other rule is taken than those that the fence covers', () => {
    const { processors } = written()
    const own = processors['redaction/campanile'] as Readonly<Record<string, readonly string[]>>
    for (const change of [
      { allowed_keys: own['allowed_keys']?.slice(1) },
      { blocked_values: ['[A-Z]+'] },
      { allowed_values: ['.*'] },
      { allowed_keys: undefined },
    ]) {
      const redaction = Object.fromEntries(
        Object.entries({ ...own, ...change }).filter(([, value]) => value !== undefined),
      )
      expect(() => loadSample({ processors: { redaction } }))
        .to.throw()
        .with.property('code', 'CONFIG_INVALID')
    }
  })

  it('lets no canary through, but where statements do not reach, and as one word in small letters or in hexadecimal', () => {
    const canaries = worldCanaries()
    const forms = formsOf(canaries).filter(
      ({ writing }) =>
        !['in parts', 'joined by a line', 'joined by nothing', 'in hexadecimal'].includes(writing),
    )
    for (const [at, { value }] of canaries.entries()) {
      const values = Object.values(writings).map((write) => write(value))
      const left = findForms(throughText(values, at), forms)
      expect(left.map(({ canary, writing }) => `${canary.value} ${writing}`)).to.deep.equal([])
    }
  })
})

const { trace_statements, log_statements, metric_statements } = statementsOf({})
const transform = createTransform(
  {
    errorMode: 'propagate',
    // The contexts are names of the language.
    traceStatements: trace_statements as never,
    logStatements: log_statements as never,
    metricStatements: metric_statements as never,
  },
  { now: () => 0n },
)

/** Sends values through redaction and statements, and answers the bytes that are left where statements reach. */
function throughText(values: readonly string[], at: number): Buffer {
  const traces = tracesFromJson(tracesOf(values, at))
  const logs = logsFromJson(logsOf(values, at))
  const metrics = metricsFromJson(metricsOf(values, at))
  for (const group of [...traces, ...logs, ...metrics]) {
    redact(group.resource.attributes)
    for (const { scope } of group.scopes) redact(scope.attributes)
  }
  for (const span of traces.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))) {
    redact(span.attributes)
    for (const event of span.events) redact(event.attributes)
    span.links = []
  }
  for (const record of logs.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items)))
    redact(record.attributes)
  for (const metric of metrics.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))) {
    for (const point of pointsOf(metric)) {
      redact(point.attributes)
      if ('exemplars' in point) point.exemplars.length = 0
    }
  }
  return Buffer.concat([
    encodeTraces(new ProtobufWriter(), transform.traces?.(traces) ?? []),
    encodeLogs(new ProtobufWriter(), transform.logs?.(logs) ?? []),
    encodeMetrics(new ProtobufWriter(), transform.metrics?.(metrics) ?? []),
  ])
}

const keys = new Set(allowedKeys({}))
const kept = allowedValues({}).map((pattern) => new RegExp(pattern))
const blocked = blockedValues.map((pattern) => new RegExp(pattern, 'g'))

/** Keys that are not allowed go; values that are allowed stay; of the rest every match of a blocked one is masked. */
function redact(list: Attribute[]): void {
  const passed = list.filter(({ key }) => keys.has(key))
  for (const attribute of passed) {
    const text = textOf(attribute.value)
    if (kept.some((pattern) => pattern.test(text))) continue
    attribute.value = blocked.reduce((masked, pattern) => masked.replaceAll(pattern, '****'), text)
  }
  list.splice(0, list.length, ...passed)
}

/** As `AsString` of pdata has it, as far as it matters here. */
function textOf(value: Value): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? ''
}
