/** Opens every exporter of the plan. */
import type { PlannedOf } from './config/plan.ts'
import { openDebug, openFile } from './export/open-local.ts'
import { openSender } from './export/open-sender.ts'
import type { Exporter } from './graph/exporter.ts'
import { directPages } from './graph/pages.ts'
import type { ExporterParts } from './exporter-parts.ts'
import { openRemoteWriter } from './open-remote-writer.ts'
import { openPage } from './open-page.ts'

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
 * @throws CollectorError QUEUE_FOLDER_MISSING, FOLDER_IN_USE, EXPORT_FILE_UNUSABLE, TLS_UNUSABLE
 */
export async function openExporters(parts: ExporterParts): Promise<ReadonlyMap<string, OpenExporter>> {
  const pages = directPages(parts.plan)
  const opened = new Map<string, OpenExporter>()
  for (const planned of parts.plan.exporters) {
    const { id, type } = planned
    if (planned.type === 'prometheus') {
      const page = await openPage(planned, parts, parts.spanMetrics.get(pages.get(id) ?? ''))
      opened.set(id, { type, exporter: page, port: page.port })
    } else {
      opened.set(id, { type, exporter: await openExporter(planned, parts) })
    }
  }
  return opened
}

async function openExporter(
  planned: Exclude<PlannedOf<'exporters'>, { readonly type: 'prometheus' }>,
  parts: ExporterParts,
): Promise<Exporter> {
  switch (planned.type) {
    case 'nop':
      return nop
    case 'prometheusremotewrite':
      return openRemoteWriter(planned, parts)
    case 'otlp_http':
    case 'otlp_grpc':
      return openSender(planned, parts)
    case 'file':
      return openFile(planned.settings, parts)
    case 'debug':
      return openDebug(planned.settings, parts)
  }
}
