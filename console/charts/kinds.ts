/** The kinds of panels the console draws, by Grafana's names. */
import { loadBars } from './draw-bars.ts'
import { loadGauge } from './draw-gauge.ts'
import { loadHeatmap } from './draw-heatmap.ts'
import { loadLogs } from './draw-logs.ts'
import { loadStat } from './draw-stat.ts'
import { loadTable } from './draw-table.ts'
import { loadTimeseries } from './draw-timeseries.ts'
import type { Load } from './drawing.ts'

export const kinds: Readonly<Record<string, Load>> = {
  bargauge: loadBars,
  gauge: loadGauge,
  heatmap: loadHeatmap,
  logs: loadLogs,
  stat: loadStat,
  table: loadTable,
  timeseries: loadTimeseries,
}
