/** Single figures of a panel: what each of its series comes to. */
import { askSeries, type Grid } from './ask.ts'
import type { Panel } from './dashboard.ts'
import type { Asked } from './drawing.ts'
import { listIn, textIn, valueAt } from './json.ts'
import { reduce } from './series.ts'

export interface Figure {
  readonly name: string
  /** Undefined where nobody has measured it. */
  readonly value: number | undefined
  readonly history: readonly (number | null)[]
}

/** Asks the queries of a panel and reduces every series to one figure. */
export async function askFigures(panel: Panel, asked: Asked): Promise<readonly Figure[]> {
  return figuresOf(await askSeries(panel, asked), panel)
}

function figuresOf({ series }: Grid, { options }: Panel): readonly Figure[] {
  const calculation = textIn(listIn(valueAt(options, 'reduceOptions', 'calcs'))[0], 'lastNotNull')
  return series.map(({ name, values }) => ({ name, value: reduce(values, calculation), history: values }))
}
