/**
 * Names every guarantee that is lost when the same file runs on the reference engine (otelcol-contrib v0.160): what
 * it does not redact, what it acknowledges before it is durable, and what it does not bound.
 */
import { pointer, typeOf } from './component.ts'
import type { Finding } from './config.ts'
import type { PipelinePlan, Plan } from './plan.ts'
import { weaker } from './policy-text.ts'

export interface LostGuarantee extends Finding {
  /** What to do about it. */
  readonly advice: string
}

const gateway =
  'keep this collector as the gateway in front, and let the other engine take what has passed its fence'

/** Lists every guarantee that is lost, in no order. */
export function lostGuarantees(plan: Plan): readonly LostGuarantee[] {
  return [
    ...plan.pipelines.flatMap((pipeline) => [
      ...fence(pipeline, plan),
      ...heldBatches(pipeline),
      ...heldTraces(pipeline, plan),
      ...localStore(pipeline, plan),
      ...unlimitedMemory(pipeline, plan),
    ]),
    ...plan.receivers.flatMap(doors),
    ...plan.connectors.flatMap(unlimitedSeries),
    ...plan.exporters.flatMap(queues),
    ...plan.extensions.flatMap(storage),
  ]
}

/** Places that upstream's `redaction` does not look at. */
const unseen = {
  traces:
    'span names, status messages, events’ names, links, tracestate, scopes’ names, schema URLs and attribute keys',
  logs: 'severity text, event names, scopes’ names, schema URLs and attribute keys',
  metrics:
    'metric names, descriptions, units, metadata, exemplars’ attributes, scopes’ names, schema URLs and attribute keys',
} as const

function fence(pipeline: PipelinePlan, plan: Plan): LostGuarantee[] {
  const at = pointer('service', 'pipelines', pipeline.id)
  const index = pipeline.processors.findIndex((id) => typeOf(id) === 'redaction')
  // What connectors give has passed the pipelines before them, which are named themselves.
  if (index === -1 && pipeline.receivers.every((id) => isConnector(id, plan))) return []
  if (index === -1) {
    const text = 'nothing is redacted: the fence stands at every receiver here, and nowhere there'
    return [
      { rule: 'not-redacted', at, text, advice: `name redaction, with blocked_values there; ${gateway}` },
    ]
  }
  const redaction = plan.processors.find(({ id }) => id === pipeline.processors[index])
  const allowsAll = redaction?.type === 'redaction' && redaction.settings.allowAllKeys === true
  const hasRules = redaction?.type === 'redaction' && redaction.settings.allowedKeys !== undefined
  const before = pipeline.processors.slice(0, index).filter((id) => typeOf(id) !== 'memory_limiter')
  const found: LostGuarantee[] = [
    {
      rule: 'not-redacted-places',
      at: `${at}/processors/${index}`,
      text: `not redacted there: ${unseen[pipeline.signal]}, and the engine’s own log and errors`,
      advice: gateway,
    },
    withoutRules({ allowsAll, hasRules }, `${at}/processors/${index}`),
  ]
  if (before.length > 0) {
    const text = `${before.join(', ')} sees what is not redacted: the fence comes first here, wherever redaction is named`
    found.push({
      rule: 'redacted-late',
      at: `${at}/processors/${index}`,
      text,
      advice: 'name redaction right behind memory_limiter',
    })
  }
  return found
}

/** What the processor does there, as it is written here: nothing, or far too much. */
function withoutRules(
  { allowsAll, hasRules }: { readonly allowsAll: boolean; readonly hasRules: boolean },
  at: string,
): LostGuarantee {
  if (hasRules)
    return {
      rule: 'redaction-weaker',
      at,
      text: `the rules that are written are weaker there: ${weaker.join('; ')}`,
      advice: gateway,
    }
  const advice = `name the processors that \`collector policy\` writes; ${gateway}`
  const text = allowsAll
    ? 'redaction as it is written removes nothing there: keys, detectors and join keys are rules of the fence'
    : 'redaction as it is written removes every attribute there, as none is in allowed_keys'
  return { rule: 'redaction-without-rules', at, text, advice }
}

function isConnector(id: string, plan: Plan): boolean {
  return plan.connectors.some((known) => known.id === id)
}

function heldBatches({ id, processors }: PipelinePlan): LostGuarantee[] {
  return processors.flatMap((processor, index) =>
    typeOf(processor) === 'batch'
      ? [
          {
            rule: 'batch-in-memory',
            at: pointer('service', 'pipelines', id, 'processors', index),
            text: 'a batch holds what is acknowledged in memory: a crash loses it, and a full queue drops it without a word to the sender',
            advice: 'take the batch processor out and set sending_queue.batch on the exporters, with storage',
          },
        ]
      : [],
  )
}

function heldTraces({ id, processors }: PipelinePlan, plan: Plan): LostGuarantee[] {
  return processors.flatMap((processor, index): LostGuarantee[] => {
    const found = plan.processors.find((known) => known.id === processor)
    if (found?.type !== 'tail_sampling') return []
    const seconds = found.settings.decisionWait / 1_000
    return [
      {
        rule: 'traces-in-memory',
        at: pointer('service', 'pipelines', id, 'processors', index),
        text: `traces wait ${seconds} s for their decision, acknowledged and in memory alone; one large trace takes as much as it wants`,
        advice: 'set maximum_trace_size_bytes there; keep this collector in front, which has logged them',
      },
    ]
  })
}

/** Here every trace and log record is in the local store; there, a pipeline is all there is. */
function localStore({ id, signal, exporters }: PipelinePlan, plan: Plan): LostGuarantee[] {
  const keeps = exporters.some((each) =>
    plan.exporters.some((known) => known.id === each && known.type !== 'nop' && known.type !== 'debug'),
  )
  if (signal === 'metrics' || keeps) return []
  return [
    {
      rule: 'no-local-store',
      at: pointer('service', 'pipelines', id, 'exporters'),
      text: `${signal} end here: the local store and its query API are this collector’s alone`,
      advice: 'name an exporter that sends to a store',
    },
  ]
}

function unlimitedMemory({ id, processors, receivers }: PipelinePlan, plan: Plan): LostGuarantee[] {
  const isFed = receivers.every((each) => isConnector(each, plan))
  if (isFed || processors.some((each) => typeOf(each) === 'memory_limiter')) return []
  return [
    {
      rule: 'memory-unlimited',
      at: pointer('service', 'pipelines', id),
      text: 'memory has no limit there: requests that are being read are bounded here only',
      advice: 'name memory_limiter first',
    },
  ]
}

function doors(receiver: Plan['receivers'][number]): LostGuarantee[] {
  const at = pointer('receivers', receiver.id)
  if (receiver.type === 'prometheus') return []
  const unchecked: LostGuarantee = {
    rule: 'keys-unchecked',
    at,
    text: 'a key that is misspelled in an HTTP block is ignored without a word there (v0.160)',
    advice: 'run `collector check` on every change, there too',
  }
  if (receiver.type === 'otlp') return receiver.settings.protocols.http === undefined ? [] : [unchecked]
  const open: LostGuarantee = {
    rule: 'faro-open',
    at,
    text: 'browsers need no key and have no rate there; users, sessions and addresses of pages are taken as they come',
    advice: `put a proxy with a rate before it; ${gateway}`,
  }
  return [unchecked, open]
}

function unlimitedSeries(connector: Plan['connectors'][number]): LostGuarantee[] {
  const at = pointer('connectors', connector.id)
  switch (connector.type) {
    case 'span_metrics':
      return connector.settings.aggregationCardinalityLimit > 0
        ? []
        : [
            {
              rule: 'series-unlimited',
              at,
              text: 'series are unlimited, and names of spans are not templates there: memory follows what clients send',
              advice: 'set aggregation_cardinality_limit, such as 2000',
            },
          ]
    case 'service_graph':
      return [
        {
          rule: 'series-unlimited',
          at,
          text: 'series of the service graph have no limit there',
          advice: 'leave out dimensions, and watch the number of series',
        },
      ]
    case 'count':
      return hasAttributes(connector.settings)
        ? [
            {
              rule: 'series-unlimited',
              at,
              text: 'counts by attribute have no limit there',
              advice: 'count by attributes with few values only',
            },
          ]
        : []
  }
}

function hasAttributes({
  spans,
  spanevents,
  datapoints,
  logs,
}: Extract<Plan['connectors'][number], { readonly type: 'count' }>['settings']): boolean {
  return [spans, spanevents, datapoints, logs].some((metrics) =>
    Object.values(metrics).some(({ attributes }) => attributes.length > 0),
  )
}

function queues(exporter: Plan['exporters'][number]): LostGuarantee[] {
  const at = pointer('exporters', exporter.id)
  const acknowledged = 'what waits is acknowledged and in memory alone: a crash loses it'
  switch (exporter.type) {
    case 'otlp_grpc':
    case 'otlp_http': {
      const { enabled, storage: kept, waitForResult } = exporter.settings.sendingQueue
      return !enabled || waitForResult || kept !== undefined
        ? []
        : [
            {
              rule: 'acknowledged-in-memory',
              at,
              text: acknowledged,
              advice: 'set sending_queue.storage to a file_storage extension',
            },
          ]
    }
    case 'prometheusremotewrite':
      return [
        ...(exporter.settings.remoteWriteQueue.enabled
          ? [
              {
                rule: 'acknowledged-in-memory',
                at,
                text: acknowledged,
                advice: 'set wal there, or scrape instead',
              },
            ]
          : []),
        {
          rule: 'not-retried',
          at,
          text: 'an answer of 429 is final there: what was sent is dropped',
          advice: 'turn the feature gate RetryOn429 on there',
        },
      ]
    case 'debug':
      return [
        {
          rule: 'debug-unredacted',
          at,
          text: 'the log shows every place that redaction does not look at',
          advice: 'leave the debug exporter out there',
        },
      ]
    case 'file':
      return [
        {
          rule: 'written-late',
          at,
          text: `what is acknowledged waits up to ${exporter.settings.flushInterval / 1_000} s in memory before it is written, and is not synced`,
          advice: 'send it to a store, through a queue with storage',
        },
      ]
    case 'prometheus':
    case 'nop':
      return []
  }
}

function storage(extension: Plan['extensions'][number]): LostGuarantee[] {
  if (extension.type !== 'file_storage') return []
  const at = pointer('extensions', extension.id)
  const { fsync, recreate } = extension.settings
  const lost: LostGuarantee[] = []
  if (!fsync) {
    const text = 'what is acknowledged is not synced to the disk there: a power cut loses it'
    lost.push({ rule: 'not-synced', at, text, advice: 'set fsync: true' })
  }
  if (!recreate) {
    const text = 'a damaged file keeps the engine from starting there; here it is set aside and counted'
    lost.push({ rule: 'damage-stops-start', at, text, advice: 'set recreate: true' })
  }
  return lost
}
