/** Finds what is wrong though valid: files that every engine starts with and nobody wants. */
import type { Finding } from './config.ts'
import { pointer, typeOf } from './component.ts'
import type { PipelinePlan, Plan } from './plan.ts'
import { isLoopback, targetsOf } from './targets.ts'

const samplers: readonly string[] = ['tail_sampling', 'probabilistic_sampler']
const redMetrics: readonly string[] = ['span_metrics', 'service_graph']

/** Attributes that have as many values as there are people, sessions or requests. */
const endless =
  /(^|[._-])(id|ids|uuid|guid|email|name\.full|token)$|^(url\.(full|path|query)|http\.(url|target)|client\.address|source\.address|user_agent\.original|db\.(query\.text|statement)|exception\.(message|stacktrace)|enduser\.|user\.|session\.)/

/** Lists every finding, in no order. */
export function lint(plan: Plan): readonly Finding[] {
  return [
    ...plan.pipelines.flatMap((pipeline) => [
      ...metricsAfterSampling(pipeline),
      ...limiterNotFirst(pipeline),
      ...batchBeforeTailSampling(pipeline),
      ...batchForNobody(pipeline, plan),
      ...redactionAfterConnector(pipeline, plan),
      ...unredactedBesideRedacted(pipeline, plan),
    ]),
    ...plan.connectors.flatMap(cardinality),
    ...plan.exporters.flatMap(plainHttp),
  ]
}

function metricsAfterSampling({ id, processors, exporters }: PipelinePlan): Finding[] {
  const sampler = processors.find((each) => samplers.includes(typeOf(each)))
  if (sampler === undefined) return []
  return exporters.flatMap((each, index) =>
    redMetrics.includes(typeOf(each))
      ? [
          {
            rule: 'metrics-after-sampling',
            at: pointer('service', 'pipelines', id, 'exporters', index),
            text: `${each} counts only what ${sampler} keeps; feed it from a pipeline without sampler`,
          },
        ]
      : [],
  )
}

function limiterNotFirst({ id, processors }: PipelinePlan): Finding[] {
  const index = processors.findIndex((each) => typeOf(each) === 'memory_limiter')
  if (index <= 0) return []
  const text = 'work is done before it is refused; put memory_limiter first'
  return [{ rule: 'limiter-not-first', at: pointer('service', 'pipelines', id, 'processors', index), text }]
}

function batchBeforeTailSampling({ id, processors }: PipelinePlan): Finding[] {
  const types = processors.map(typeOf)
  const index = types.indexOf('batch')
  if (index === -1 || index > types.indexOf('tail_sampling')) return []
  const text = 'batches are taken apart again by tail_sampling; put batch behind it'
  return [
    {
      rule: 'batch-before-tail-sampling',
      at: pointer('service', 'pipelines', id, 'processors', index),
      text,
    },
  ]
}

/** Only exporters of OTLP put requests together, and one that says how goes by what it says itself. */
function batchForNobody({ id, processors, exporters }: PipelinePlan, plan: Plan): Finding[] {
  const index = processors.findLastIndex((each) => typeOf(each) === 'batch')
  if (index === -1 || plan.exporters.some((each) => exporters.includes(each.id) && goesByBatch(each)))
    return []
  const text =
    'no exporter of this pipeline goes by it: each has sending_queue.batch or sends no OTLP; leave it out'
  return [{ rule: 'batch-for-nobody', at: pointer('service', 'pipelines', id, 'processors', index), text }]
}

function goesByBatch(exporter: Plan['exporters'][number]): boolean {
  if (exporter.type !== 'otlp_http' && exporter.type !== 'otlp_grpc') return false
  return exporter.settings.sendingQueue.batch === undefined
}

/** What a connector counted before redaction is in the names of its metrics already. */
function redactionAfterConnector(pipeline: PipelinePlan, plan: Plan): Finding[] {
  const index = redactionIndex(pipeline)
  if (index === -1) return []
  const feeders = plan.pipelines.filter(
    (each) => redactionIndex(each) === -1 && each.exporters.some((id) => pipeline.receivers.includes(id)),
  )
  return feeders.map(({ id }) => ({
    rule: 'redaction-after-connector',
    at: pointer('service', 'pipelines', pipeline.id, 'processors', index),
    text: `what comes here has passed a connector behind ${id}, which has no redaction; name redaction there`,
  }))
}

/** The same data leaves by another pipeline that has no redaction. */
function unredactedBesideRedacted(pipeline: PipelinePlan, plan: Plan): Finding[] {
  if (redactionIndex(pipeline) !== -1) return []
  const beside = plan.pipelines.find(
    (each) =>
      each.signal === pipeline.signal &&
      redactionIndex(each) !== -1 &&
      each.receivers.some((id) => pipeline.receivers.includes(id)),
  )
  if (beside === undefined) return []
  const text = `${beside.id} redacts what this pipeline exports without redaction; name redaction here too`
  return [{ rule: 'redaction-beside', at: pointer('service', 'pipelines', pipeline.id), text }]
}

function redactionIndex({ processors }: PipelinePlan): number {
  return processors.findIndex((id) => typeOf(id) === 'redaction')
}

function cardinality(connector: Plan['connectors'][number]): Finding[] {
  const at = pointer('connectors', connector.id)
  const found = dimensionsOf(connector)
    .filter(({ name }) => endless.test(name))
    .map(({ name, path }) => ({
      rule: 'endless-dimension',
      at: at + path,
      text: `${name} has as many values as there are requests, sessions or people; take a key with few`,
    }))
  const isUnlimited =
    connector.type === 'span_metrics' && connector.settings.aggregationCardinalityLimit === 0
  const text = 'series are unlimited; set aggregation_cardinality_limit, such as 2000'
  return isUnlimited ? [{ rule: 'unlimited-cardinality', at, text }, ...found] : found
}

interface Dimension {
  readonly name: string
  readonly path: string
}

/** Lists the keys by whose values a connector counts. */
export function dimensionsOf(connector: Plan['connectors'][number]): Dimension[] {
  switch (connector.type) {
    case 'span_metrics':
      return connector.settings.dimensions.map(({ name }, index) => ({
        name,
        path: pointer('dimensions', index, 'name'),
      }))
    case 'service_graph':
      return connector.settings.dimensions.map((name, index) => ({
        name,
        path: pointer('dimensions', index),
      }))
    case 'count': {
      const { spans, spanevents, datapoints, logs } = connector.settings
      return Object.entries({ spans, spanevents, datapoints, logs }).flatMap(([kind, metrics]) =>
        Object.entries(metrics).flatMap(([metric, { attributes }]) =>
          attributes.map(({ key }, index) => ({
            name: key,
            path: pointer(kind, metric, 'attributes', index, 'key'),
          })),
        ),
      )
    }
  }
}

function plainHttp(exporter: Plan['exporters'][number]): Finding[] {
  const text = 'what is sent is readable on the way; use https, or a tunnel that ends on loopback'
  return targetsOf(exporter)
    .filter(({ address }) => address.startsWith('http://') && !isLoopback(address))
    .map(({ key }) => ({ rule: 'plain-http', at: pointer('exporters', exporter.id, key), text }))
}
