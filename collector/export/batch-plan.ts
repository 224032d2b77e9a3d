/** How an exporter puts requests together: as its own `sending_queue.batch` says, or the `batch` of its pipelines. */
import { signals } from '../config/component.ts'
import type { Plan } from '../config/plan.ts'
import type { LoadSignal } from '../graph/load.ts'
import type { Batching } from './batcher.ts'

type QueueSettings = Extract<
  Plan['exporters'][number],
  { readonly type: 'otlp_http' }
>['settings']['sendingQueue']

/** Works out for each signal how requests are put together; the exporter's own settings win over those of pipelines. */
export function batchingOf(
  plan: Plan,
  exporterId: string,
  { batch, sizer }: QueueSettings,
): Readonly<Partial<Record<LoadSignal, Batching>>> {
  if (batch !== undefined) {
    const own: Batching = {
      minSize: batch.minSize,
      maxSize: batch.maxSize,
      // Batches of so many requests would be of any size.
      sizer: batch.sizer ?? (sizer === 'requests' ? 'items' : sizer),
      flushMillis: batch.flushTimeout,
    }
    return { traces: own, logs: own, metrics: own }
  }
  const found = signals.map((signal) => [signal, ofPipelines(plan, exporterId, signal)] as const)
  return Object.fromEntries(found.filter(([, batching]) => batching !== undefined))
}

/** The last `batch` before the exporter counts; of several pipelines the first that has one. */
function ofPipelines(plan: Plan, exporterId: string, signal: LoadSignal): Batching | undefined {
  const ids = plan.pipelines
    .filter((pipeline) => pipeline.signal === signal && pipeline.exporters.includes(exporterId))
    .flatMap(({ processors }) => processors.findLast((id) => batchOf(plan, id) !== undefined) ?? [])
  const settings = batchOf(plan, ids[0])
  if (settings === undefined) return undefined
  return {
    minSize: settings.sendBatchSize,
    maxSize: settings.sendBatchMaxSize,
    sizer: 'items',
    flushMillis: settings.timeout,
  }
}

function batchOf(plan: Plan, id: string | undefined) {
  const found = plan.processors.find((planned) => planned.id === id)
  return found?.type === 'batch' ? found.settings : undefined
}
