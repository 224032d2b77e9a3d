/** Asks what happened in the range: the annotations of a dashboard. */
import { clockworkOf } from './ask.ts'
import type { AnnotationQuery } from './dashboard.ts'
import type { Asked } from './drawing.ts'
import { interpolate } from './interpolate.ts'
import { marksOf, type Mark } from './marks.ts'

/** Marks finer than this are not told apart on a chart. */
const pixels = 400

export interface KnownMarks {
  /** Earliest first. */
  readonly marks: readonly Mark[]
  /** Names of what could not be read. */
  readonly unknown: readonly string[]
}

/** Asks every annotation; one that fails is named, the others are kept. */
export async function askMarks(
  queries: readonly AnnotationQuery[],
  asked: Pick<Asked, 'api' | 'scope' | 'range' | 'asking' | 'scrapeSeconds'>,
): Promise<KnownMarks> {
  const clockwork = clockworkOf({ ...asked, pixels })
  const { start, end, stepSeconds: step } = clockwork
  const answers = await Promise.allSettled(
    queries.map(async (query) => {
      const expression = interpolate(query.expression, asked.scope, clockwork)
      return marksOf(await asked.api.range(expression, { start, end, step }, asked.asking), query, step)
    }),
  )
  const marks = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  return {
    marks: marks.sort((one, other) => one.start - other.start),
    unknown: queries.filter((_, at) => answers[at]?.status === 'rejected').map(({ name }) => name),
  }
}
