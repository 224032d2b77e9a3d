/** Where data comes from: the names under which a dashboard asks, chosen by the reader at the top of the page. */
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import type { Panel, TablePanel } from '../model.ts'

/** Name of the variable that holds the Prometheus data source. */
export const metricsVariable = 'datasource'
/** Name of the variable that holds the Loki data source, on dashboards with logs. */
export const logsVariable = 'logs'

/** Ids under which the provisioning files make the data sources. */
export const datasourceIds = {
  prometheus: 'campanile-prometheus',
  tempo: 'campanile-tempo',
  loki: 'campanile-loki',
} as const

export const metricsSource = { type: 'prometheus', uid: `\${${metricsVariable}}` } as const
export const logsSource = { type: 'loki', uid: `\${${logsVariable}}` } as const

/** Shape in which a panel's answer is wanted. */
export function formatOf(panel: Exclude<Panel, { kind: 'logs' }>): prometheus.PromQueryFormat {
  if (isTable(panel)) return prometheus.PromQueryFormat.Table
  return panel.kind === 'heatmap' ? prometheus.PromQueryFormat.Heatmap : prometheus.PromQueryFormat.TimeSeries
}

function isTable(panel: Panel): panel is TablePanel {
  return panel.kind === 'table'
}

/** The same for every dashboard: the last hour, refreshed twice a minute, linked to the others. */
export const defaults = {
  from: 'now-1h',
  to: 'now',
  refresh: '30s',
  tag: 'campanile',
  timezone: 'browser',
} as const

/** JSON has no comments, so that a file is generated is said where people read. */
export const generatedFrom = 'Generated from dashboards/boards: change it there.'
