/** Which span metrics stand on which page of Prometheus as they are at each scrape, without passing a pipeline. */
import { typeOf } from '../config/component.ts'
import type { PipelinePlan, Plan } from '../config/plan.ts'

/** Processors that are done elsewhere: at the door, by the gate, behind the queue of an exporter. */
const elsewhere: readonly string[] = ['memory_limiter', 'redaction', 'batch']

/** Tells whether a pipeline passes on loads as they are. */
export function isPlain({ processors }: Pick<PipelinePlan, 'processors'>): boolean {
  return processors.every((id) => elsewhere.includes(typeOf(id)))
}

/**
 * Finds the `span_metrics` connector of each `prometheus` exporter that one alone feeds, by pipelines that change nothing.
 *
 * @returns ids of connectors by ids of exporters
 */
export function directPages(plan: Pick<Plan, 'exporters' | 'pipelines'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { id, type } of plan.exporters) {
    if (type !== 'prometheus') continue
    const feeding = plan.pipelines.filter(({ exporters }) => exporters.includes(id))
    const isSpanMetrics = (receiver: string) => typeOf(receiver) === 'span_metrics'
    const connectors = new Set(feeding.flatMap(({ receivers }) => receivers.filter(isSpanMetrics)))
    const carrying = feeding.filter(({ receivers }) => receivers.some(isSpanMetrics))
    const [connector] = connectors
    if (connector !== undefined && connectors.size === 1 && carrying.every(isPlain)) found.set(id, connector)
  }
  return found
}
