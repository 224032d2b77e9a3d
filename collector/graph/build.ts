/** Builds the graph of a plan: its pipelines, what joins them, and what lets go of something as time passes. */
import type { PipelinePlan, Plan } from '../config/plan.ts'
import { createConnector, type CountedSpans } from './connectors.ts'
import type { Exporter } from './exporter.ts'
import { Flows } from './flows.ts'
import type { LoadSignal } from './load.ts'
import { exporterOutlet, fanOut, type Outlet, type Outlets } from './outlet.ts'
import { directPages } from './pages.ts'
import { buildPipeline } from './pipeline.ts'
import { createStages, type StageParts, type Timed } from './stages.ts'
import type { Tally } from './tally.ts'

export interface GraphParts {
  readonly plan: Plan
  /** Every exporter of the plan, by id. */
  readonly exporters: ReadonlyMap<string, { readonly exporter: Exporter }>
  /** Those of every `span_metrics` connector of the plan, by id. */
  readonly spanMetrics: ReadonlyMap<string, CountedSpans>
  readonly tally: Tally
  readonly nowMillis: () => number
}

export interface Graph {
  /** Where a receiver's loads go. */
  readonly outletsOf: (receiver: string) => Outlets
  /** Lets go of what is due. */
  readonly release: (nowMillis: number) => void
  /** Lets go of all that is held, in the order of the pipelines; resolves when the exporters have it. */
  readonly drain: () => Promise<void>
  /** Traces that samplers hold undecided. */
  readonly held: () => number
}

/**
 * Builds the graph.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, OTTL_INVALID
 */
export function buildGraph(parts: GraphParts): Graph {
  const builder = new Builder(parts)
  // Those that are fed come after those that feed them, so the last is built first.
  for (const pipeline of parts.plan.pipelines.toReversed()) builder.add(pipeline, pipeline.signal)
  const { timed, flows } = builder
  // Nobody waits for what is let go, so nobody would hear of its defects.
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      parts.tally.onDefect(error)
    }
  }
  return {
    outletsOf: (receiver) => builder.outletsOf(receiver),
    release: (nowMillis) => {
      for (const each of timed) guarded(() => each.release(nowMillis))
    },
    drain: async () => {
      for (const each of timed.toReversed()) {
        guarded(() => each.drain())
      }
      await flows.idle()
    },
    held: () => timed.reduce((sum, each) => sum + (each.held?.() ?? 0), 0),
  }
}

type Lists = { readonly [S in LoadSignal]: Outlet<S>[] }

class Builder {
  readonly #parts: GraphParts
  readonly #pages: ReadonlyMap<string, string>
  /** Pipelines by the receiver or connector they begin with. */
  readonly #begun = new Map<string, Lists>()
  readonly #connectors = new Map<string, Outlets>()
  readonly timed: Timed[] = []
  readonly flows: Flows

  constructor(parts: GraphParts) {
    this.#parts = parts
    this.#pages = directPages(parts.plan)
    this.flows = new Flows(parts.tally)
  }

  add<S extends LoadSignal>(pipeline: PipelinePlan, signal: S): void {
    const { tally } = this.#parts
    const ends = pipeline.exporters.flatMap((id) => {
      const outlet = this.#end(id)[signal]
      return outlet === undefined ? [] : [{ id, outlet }]
    })
    const stages = pipeline.processors.flatMap((id) => {
      const stage = this.#stages(id)[signal]
      return stage === undefined ? [] : [stage]
    })
    const outlet = buildPipeline({ signal, stages, end: fanOut(ends.map((end) => end.outlet)), tally })
    for (const receiver of pipeline.receivers) {
      const others = ends.filter(({ id }) => this.#pages.get(id) !== receiver)
      const list = this.#listsOf(receiver)[signal]
      if (others.length === ends.length) list.push(outlet)
      // A page that shows the connector as it is needs none of its batches; such a pipeline has no stages.
      else if (others.length > 0) list.push(fanOut(others.map((end) => end.outlet)))
    }
  }

  outletsOf(id: string): Outlets {
    const { traces, logs, metrics } = this.#listsOf(id)
    return {
      ...(traces.length === 0 ? {} : { traces: fanOut(traces) }),
      ...(logs.length === 0 ? {} : { logs: fanOut(logs) }),
      ...(metrics.length === 0 ? {} : { metrics: fanOut(metrics) }),
    }
  }

  #listsOf(id: string): Lists {
    const known = this.#begun.get(id)
    if (known !== undefined) return known
    const lists: Lists = { traces: [], logs: [], metrics: [] }
    this.#begun.set(id, lists)
    return lists
  }

  /** What a pipeline ends in: an exporter, or a connector, whose own pipelines are built already. */
  #end(id: string): Outlets {
    const { exporters, plan } = this.#parts
    const open = exporters.get(id)
    if (open !== undefined) {
      const outlet = exporterOutlet(open.exporter)
      return { traces: outlet, logs: outlet, metrics: outlet }
    }
    const known = this.#connectors.get(id)
    if (known !== undefined) return known
    const planned = plan.connectors.find((connector) => connector.id === id)
    const outlets =
      planned === undefined
        ? {}
        : createConnector(planned, {
            ...this.#shared(),
            spanMetrics: this.#parts.spanMetrics,
            next: this.outletsOf(id).metrics,
          })
    this.#connectors.set(id, outlets)
    return outlets
  }

  #stages(id: string) {
    const planned = this.#parts.plan.processors.find((processor) => processor.id === id)
    return planned === undefined ? {} : createStages(planned, this.#shared())
  }

  #shared(): StageParts {
    const { tally, nowMillis } = this.#parts
    return { tally, nowMillis, flows: this.flows, timed: this.timed }
  }
}
