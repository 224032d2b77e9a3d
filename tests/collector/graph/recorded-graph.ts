/** A graph whose exporters only record, fed through the real gate and fence. */
import { parse, stringify } from 'yaml'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { spanMetricsOptions } from '../../../collector/config/settings.ts'
import { buildGraph } from '../../../collector/graph/build.ts'
import type { CountedSpans } from '../../../collector/graph/connectors.ts'
import type { Exporter } from '../../../collector/graph/exporter.ts'
import { createIntake } from '../../../collector/graph/gate.ts'
import type { Intake } from '../../../collector/graph/intake.ts'
import type { Load } from '../../../collector/graph/load.ts'
import type { Tally } from '../../../collector/graph/tally.ts'
import { openFence } from '../../../collector/open-fence.ts'
import { SpanMetrics } from '../../../collector/process/span-metrics.ts'

/** When everything happens, until a minute later what is held is let go. */
const nowMillis = 1_790_000_000_000

export interface RecordedGraph {
  readonly intake: Intake
  /** What each exporter was given, in order. */
  readonly recorded: ReadonlyMap<string, readonly Load[]>
  /** What the tally was told, and what the store was given. */
  readonly told: readonly string[]
  /** A minute goes by, then the graph ends. */
  readonly end: () => Promise<void>
}

/** @param configuration as it stands in a golden file */
export function openRecordedGraph(configuration: unknown): RecordedGraph {
  const { plan } = parseCollectorConfig(stringify(configuration), 'golden.yaml', {})
  const recorded = new Map(plan.exporters.map(({ id }) => [id, [] as Load[]]))
  const told: string[] = []
  const tally: Tally = {
    onLost: (signal, items, where) => void told.push(`lost ${items} ${signal}: ${where}`),
    onThinned: (signal, items, processor) => void told.push(`left out ${items} ${signal}: ${processor}`),
    onStatementError: (component) => void told.push(`statement failed: ${component}`),
    onDefect: (error) => void told.push(`defect: ${String(error)}`),
  }
  const spanMetrics = new Map(
    plan.connectors.flatMap((planned): [string, CountedSpans][] => {
      if (planned.type !== 'span_metrics') return []
      const options = spanMetricsOptions(planned.settings)
      return [[planned.id, { options, metrics: new SpanMetrics(options) }]]
    }),
  )
  let millis = nowMillis
  const exporters = new Map([...recorded].map(([id, loads]) => [id, { exporter: recorder(loads) }]))
  const graph = buildGraph({ plan, exporters, spanMetrics, tally, nowMillis: () => millis })
  const fence = openFence({
    appliance: { store: {}, query: {}, privacy: {}, faro: {} },
    isLapsed: () => false,
    isObserved: spanMetrics.values().some(({ metrics }) => metrics.takesSeen),
  })
  const gate = {
    ...fence.of('otlp'),
    tally,
    store: {
      append: (signal: string, _bytes: Uint8Array, { items }: { readonly items: number }) =>
        Promise.resolve(void told.push(`stored ${items} ${signal}`)),
    },
    onChecked: () => undefined,
    onLeaked: () => undefined,
  }
  return {
    intake: createIntake(gate, graph.outletsOf('otlp')),
    recorded,
    told,
    end: async () => {
      millis += 60_000
      graph.release(millis)
      await graph.drain()
    },
  }
}

function recorder(loads: Load[]): Exporter {
  return {
    isDurable: false,
    consume: (load) => Promise.resolve(void loads.push(load)),
    close: () => Promise.resolve(),
  }
}

/** Reads a golden file. */
export function readGolden(text: string): Readonly<Record<string, unknown>> {
  return parse(text) as Readonly<Record<string, unknown>>
}
