/** Opens the page of a `prometheus` exporter: what was sent to it last, and span metrics as they are at the scrape. */
import { listen } from '../lib/http.ts'
import type { PlannedOf } from './config/plan.ts'
import { exposeMetrics } from './export/prometheus-page.ts'
import { PrometheusStore, type StoreDrop } from './export/prometheus-store.ts'
import { exposeSpanMetrics, spanMetricsNames } from './export/prometheus-text.ts'
import type { CountedSpans } from './graph/connectors.ts'
import type { Exporter } from './graph/exporter.ts'
import { viewOfMetrics } from './graph/load.ts'
import type { ExporterParts } from './exporter-parts.ts'
import { createMetricsDoor } from './receive/scrape-doors.ts'
import { serverSecurity } from './tls/server-tls.ts'

type PlannedPage = Extract<PlannedOf<'exporters'>, { readonly type: 'prometheus' }>

/** Most lines of a page: beyond, series that are new are left out and counted. About 100 MB. */
const maxLines = 250_000
/**
 * Most characters of names and labels on it: as many as that many lines usually have, and with all else on the lines a
 * quarter of the longest text that there can be (2^29).
 */
const maxCharacters = 2 ** 26

const droppedWhere = {
  name: 'page_unsupported',
  temporality: 'page_unsupported',
  type_conflict: 'page_conflict',
  older: 'page_older',
  too_many: 'page_full',
} as const satisfies Readonly<Record<StoreDrop, string>>

/**
 * @param direct span metrics that stand on the page as they are
 * @throws CollectorError TLS_UNUSABLE
 */
export async function openPage(
  { id, settings }: PlannedPage,
  { telemetry, log, onRejected, onDefect }: ExporterParts,
  direct: CountedSpans | undefined,
): Promise<Exporter & { readonly port: number }> {
  const names = direct === undefined ? undefined : spanMetricsNames(direct.options)
  const store = new PrometheusStore({
    ...settings,
    maxLines,
    maxCharacters,
    reserved: new Set(names === undefined ? [] : [names.total, names.duration]),
    onDropped: (reason, points) =>
      telemetry.add(
        'collector_dropped_items_total',
        { signal: 'metrics', where: droppedWhere[reason] },
        points,
      ),
  })
  const door = createMetricsDoor({
    onRejected,
    onDefect,
    openMetrics: settings.enableOpenMetrics,
    render: (asked) => {
      const before =
        direct === undefined ? '' : exposeSpanMetrics(direct.metrics, { ...direct.options, ...asked })
      return exposeMetrics(store.families(Date.now()), {
        ...asked,
        sendTimestamps: settings.sendTimestamps,
        before,
      })
    },
    onLeaked: (canaries) => telemetry.add('privacy_canary_leaks_total', { signal: 'metrics' }, canaries),
  })
  const { port, close } = await listen(door, {
    ...settings.endpoint,
    tls: serverSecurity(settings.tls, `exporters.${id}.tls`, log),
    onRejected,
  })
  return {
    port,
    isDurable: false,
    consume: (load) => {
      store.add(viewOfMetrics(load), Date.now())
      telemetry.add(
        'collector_exported_items_total',
        { signal: 'metrics', exporter: 'prometheus' },
        load.items,
      )
      return Promise.resolve()
    },
    close,
  }
}
