/** Moments that explain a chart: alerts that fired, restarts, drills. Pure. */
import type { Labels, PromResult } from './answers.ts'
import type { AnnotationQuery } from './dashboard.ts'
import { toneOf, type Tone } from './field.ts'
import { fill } from './legend.ts'

export interface Mark {
  /** Seconds since 1970. */
  readonly start: number
  readonly end: number
  readonly title: string
  readonly text: string
  readonly tone: Tone
  readonly labels: Labels
}

/** Reads marks out of a range query: a run of samples without a gap is one mark. */
export function marksOf(result: PromResult, query: AnnotationQuery, step: number): readonly Mark[] {
  if (result.resultType !== 'matrix') return []
  return result.result.flatMap(({ metric, values }) =>
    runsOf(
      values.map(([time]) => time),
      step,
    ).map(({ start, end }) => ({
      start,
      end,
      title: fill(query.title, metric),
      text: fill(query.text, metric),
      tone: toneOf(query.color) ?? 'blue',
      labels: metric,
    })),
  )
}

function runsOf(times: readonly number[], step: number): readonly { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = []
  for (const time of times) {
    const last = runs.at(-1)
    if (last !== undefined && time - last.end <= step * 1.5) last.end = time
    else runs.push({ start: time, end: time })
  }
  return runs
}

export type Span = Pick<Mark, 'start' | 'end' | 'tone'>

/** Joins marks of one tone that overlap: drawn one over the other they would hide the chart. */
export function spansOf(marks: readonly Mark[]): readonly Span[] {
  const spans: { start: number; end: number; tone: Tone }[] = []
  for (const { start, end, tone } of [...marks].sort((one, other) => one.start - other.start)) {
    const last = spans.findLast((span) => span.tone === tone)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else spans.push({ start, end, tone })
  }
  return spans
}

/** Finds the marks of a moment, half a step to either side among them. */
export function marksAt(marks: readonly Mark[], moment: number, step: number): readonly Mark[] {
  return marks.filter(({ start, end }) => moment >= start - step / 2 && moment <= end + step / 2)
}
