/** The kinds of panels the console draws, by Grafana's names. */
import type { Load } from './drawing.ts'
import { loadStat } from './draw-stat.ts'
import { loadTimeseries } from './draw-timeseries.ts'

export const kinds: Readonly<Record<string, Load>> = {
  stat: loadStat,
  timeseries: loadTimeseries,
}
