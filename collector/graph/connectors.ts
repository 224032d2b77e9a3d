/** Connectors: the end of one pipeline and the beginning of another, of metrics. */
import type { PlannedOf } from '../config/plan.ts'
import { CollectorError } from '../errors.ts'
import { createCount } from '../process/count.ts'
import type { Metric } from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import { createServiceGraph } from '../process/service-graph.ts'
import type { Exemplar, SpanMetrics, SpanMetricsOptions } from '../process/span-metrics.ts'
import { spanMetricsBatch } from '../process/span-metrics-batch.ts'
import { Load, type ItemOf, type LoadSignal } from './load.ts'
import type { Outlet, Outlets } from './outlet.ts'
import { statementOptions, type StageParts } from './stages.ts'

/** What a `span_metrics` connector counts into, and what pages show as it is. */
export interface CountedSpans {
  readonly metrics: SpanMetrics
  readonly options: SpanMetricsOptions & { readonly namespace: string }
}

export interface ConnectorParts extends StageParts {
  /** By the id of the connector. */
  readonly spanMetrics: ReadonlyMap<string, CountedSpans>
  /** Where the metrics go; absent where only a page shows them. */
  readonly next: Outlet<'metrics'> | undefined
}

/** Builds a connector. */
export function createConnector(planned: PlannedOf<'connectors'>, parts: ConnectorParts): Outlets {
  switch (planned.type) {
    case 'count':
      return countOutlets(planned, parts)
    case 'service_graph':
      return { traces: serviceGraphOutlet(planned, parts) }
    case 'span_metrics':
      return { traces: spanMetricsOutlet(planned, parts) }
  }
}

type PlannedConnector<T extends PlannedOf<'connectors'>['type']> = Extract<
  PlannedOf<'connectors'>,
  { readonly type: T }
>

/** A request that is refused comes again, so what was counted goes on when the load is safe. */
function countOutlets({ settings }: PlannedConnector<'count'>, parts: ConnectorParts): Outlets {
  const { tally } = parts
  const { traces, logs, metrics } = createCount(settings, statementOptions(parts, 'count'))
  const letGo = emitter(parts)
  const outlet = <S extends LoadSignal>(
    count: ((batch: Batch<ItemOf[S]>) => Batch<Metric>) | undefined,
  ): Outlet<S> => ({
    route: (load, dispatch) =>
      dispatch.after(load.signal, load.items, () => {
        try {
          letGo(count?.(load.view) ?? [])
        } catch (error) {
          if (!(error instanceof CollectorError)) throw error
          tally.onStatementError('count')
        }
      }),
  })
  return { traces: outlet(traces), logs: outlet(logs), metrics: outlet(metrics) }
}

function serviceGraphOutlet(
  { settings }: PlannedConnector<'service_graph'>,
  parts: ConnectorParts,
): Outlet<'traces'> {
  const { nowMillis, tally, timed } = parts
  const graph = createServiceGraph(settings, {
    onDropped: () => tally.onLost('traces', 1, 'pair_store_full'),
  })
  const letGo = emitter(parts)
  timed.push({ release: (now) => letGo(graph.release(now)), drain: () => letGo(graph.drain()) })
  return {
    route: (load, dispatch) =>
      dispatch.after('traces', load.items, () => {
        const now = nowMillis()
        graph.add(load.view, now)
        letGo(graph.release(now))
      }),
  }
}

/** Gives the metrics out at their interval and at the end; pages read them between. */
function spanMetricsOutlet(
  { id, settings }: PlannedConnector<'span_metrics'>,
  parts: ConnectorParts,
): Outlet<'traces'> {
  const { nowMillis, timed, next } = parts
  // There is one for each connector of the plan.
  const { metrics, options } = parts.spanMetrics.get(id) as CountedSpans
  const startMillis = nowMillis()
  const letGo = emitter(parts)
  const named = new WeakSet<Exemplar>()
  let flushedMillis = startMillis
  const flush = (now: number) => {
    flushedMillis = now
    letGo(spanMetricsBatch(metrics, { ...options, startMillis, nowMillis: now, named }))
  }
  if (next !== undefined) {
    timed.push({
      release: (now) => {
        if (now - flushedMillis >= settings.metricsFlushInterval) flush(now)
      },
      drain: () => flush(nowMillis()),
    })
  }
  return {
    route: (load, dispatch) =>
      dispatch.after('traces', load.items, () => {
        const { seen } = load
        if (seen !== undefined && metrics.takesSeen) metrics.addSeen(seen.spans, seen.request)
        else metrics.add(load.view)
      }),
  }
}

function emitter({ flows, next }: ConnectorParts): (batch: Batch<Metric>) => void {
  return (batch) => {
    if (batch.length === 0 || next === undefined) return
    const load = Load.ofBatch('metrics', batch)
    flows.launch('metrics', load.items, (dispatch) => next.route(load, dispatch))
  }
}
