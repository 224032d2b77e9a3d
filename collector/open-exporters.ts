/** Opens every exporter of the plan. */
import type winston from 'winston'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Plan, PlannedOf } from './config/plan.ts'
import { openSender } from './export/open-sender.ts'
import type { CountedSpans } from './graph/connectors.ts'
import type { Exporter } from './graph/exporter.ts'
import { directPages } from './graph/pages.ts'
import { openRemoteWriter } from './open-remote-writer.ts'
import { openPage } from './open-page.ts'
import type { Telemetry } from './telemetry.ts'

export interface ExporterParts {
  readonly plan: Plan
  readonly telemetry: Telemetry
  readonly log: winston.Logger
  /** By the id of the connector. */
  readonly spanMetrics: ReadonlyMap<string, CountedSpans>
  readonly onRejected: (code: RejectionCode) => void
  readonly onDefect: (error: unknown) => void
}

export interface OpenExporter {
  readonly type: PlannedOf<'exporters'>['type']
  readonly exporter: Exporter
  /** Where it listens, if it does. */
  readonly port?: number
}

/** Ends a pipeline; what comes here has been stored, if it is stored at all. */
const nop: Exporter = {
  isDurable: false,
  consume: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

/**
 * Opens them, by id.
 *
 * @throws CollectorError QUEUE_FOLDER_MISSING
 */
export async function openExporters(parts: ExporterParts): Promise<ReadonlyMap<string, OpenExporter>> {
  const pages = directPages(parts.plan)
  const opened = new Map<string, OpenExporter>()
  for (const planned of parts.plan.exporters) {
    const { id, type } = planned
    if (type === 'prometheus') {
      const page = await openPage(planned.settings, parts, parts.spanMetrics.get(pages.get(id) ?? ''))
      opened.set(id, { type, exporter: page, port: page.port })
    } else {
      const exporter = await openExporter(planned, parts)
      if (exporter !== undefined) opened.set(id, { type, exporter })
    }
  }
  return opened
}

async function openExporter(
  planned: Exclude<PlannedOf<'exporters'>, { readonly type: 'prometheus' }>,
  parts: ExporterParts,
): Promise<Exporter | undefined> {
  switch (planned.type) {
    case 'nop':
      return nop
    case 'prometheusremotewrite':
      return openRemoteWriter(planned, parts)
    case 'otlp_http':
    case 'otlp_grpc':
      return openSender(planned, parts)
    default:
      return undefined
  }
}
