/** How each kind of panel is drawn. */
import { loadBars } from './draw-bars.ts'
import { loadGauge } from './draw-gauge.ts'
import { loadHeatmap } from './draw-heatmap.ts'
import { loadLogs } from './draw-logs.ts'
import { loadStat } from './draw-stat.ts'
import { loadTable } from './draw-table.ts'
import { loadTimeseries } from './draw-timeseries.ts'
import type { Load } from './drawing.ts'
import type { Kind } from './dashboard.ts'

export const loads: Readonly<Record<Kind, Load>> = {
  bargauge: loadBars,
  gauge: loadGauge,
  heatmap: loadHeatmap,
  logs: loadLogs,
  stat: loadStat,
  table: loadTable,
  timeseries: loadTimeseries,
}
