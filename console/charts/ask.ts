/** Asks the queries of a panel and puts the answers on one grid of moments. */
import type { Range } from './answers.ts'
import type { Panel } from './dashboard.ts'
import type { Asked } from './drawing.ts'
import { interpolate, type Clockwork } from './interpolate.ts'
import { momentsOf, pointsOf, seriesOf, type Series } from './series.ts'
import { aligned, rateIntervalFor, stepFor } from './steps.ts'

export interface Grid {
  readonly range: Range
  readonly step: number
  readonly moments: readonly number[]
  readonly series: readonly Series[]
}

/** Tells the moments a panel asks for. */
export function clockworkOf(
  { range, pixels, scrapeSeconds }: Pick<Asked, 'range' | 'pixels' | 'scrapeSeconds'>,
  maxDataPoints?: number,
): Clockwork {
  const rangeSeconds = range.end - range.start
  const stepSeconds = stepFor({ rangeSeconds, pixels, maxDataPoints, scrapeSeconds })
  return {
    stepSeconds,
    rateSeconds: rateIntervalFor(stepSeconds, scrapeSeconds),
    ...aligned(range, stepSeconds),
  }
}

/** Asks every query of a panel at once; the series come in the order of the queries. */
export async function askSeries(panel: Panel, asked: Asked): Promise<Grid> {
  const { api, scope, asking } = asked
  const clockwork = clockworkOf(asked, panel.maxDataPoints)
  const { start, end, stepSeconds: step } = clockwork
  const answers = await Promise.all(
    panel.targets.map(async ({ expression, legend, isInstant }) => {
      const query = interpolate(expression, scope, clockwork)
      const name = legend === undefined ? undefined : interpolate(legend, scope, clockwork)
      if (isInstant) return pointsOf(await api.instant(query, asked.range.end, asking), name)
      const result = await api.range(query, { start, end, step }, asking)
      return seriesOf(result, { start, end, step, legend: name })
    }),
  )
  return { range: { start, end }, step, moments: momentsOf({ start, end }, step), series: answers.flat() }
}
