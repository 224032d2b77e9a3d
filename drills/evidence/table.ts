/** Evidence for people: the seconds of every step, in a terminal and in Markdown. */
import { stepNames, type StepName } from '../expect/steps.ts'
import type { Evidence } from './evidence.ts'

/** Steps whose time says something; the others are over at once. */
const shown: readonly StepName[] = stepNames.filter((name) => name !== 'ready')

const nameWidth = Math.max(...stepNames.map((name) => name.length))

/** Writes a step that is over as one line. */
export function stepLine({ name, seconds: taken, seen }: Evidence['steps'][number]): string {
  return `  ${name.padEnd(nameWidth)} ${fixed(taken).padStart(7)} s  ${seen}`
}

/** Writes the step at which a drill failed, and what was seen there. */
export function failureLine({ step, seen }: NonNullable<Evidence['failure']>): string {
  return `  ${step.padEnd(nameWidth)}  FAILED   ${seen}`
}

/** Writes the summary of a run as lines of equal columns. */
export function summaryLines(run: readonly Evidence[]): string[] {
  const rows = [['drill', ...shown, 'page', 'outcome'], ...run.map(summaryRow)]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  )
}

function summaryRow(evidence: Evidence): string[] {
  const { drill, steps, pageSeconds, outcome, failure } = evidence
  const secondsOf = (name: StepName) => steps.find((step) => step.name === name)?.seconds
  return [
    drill,
    ...shown.map((name) => cell(secondsOf(name))),
    cell(pageSeconds),
    failure === undefined ? outcome : `${outcome} at ${failure.step}`,
  ]
}

/** Writes the Markdown table of the newest evidence of every drill, with its circumstances above it. */
export function markdownTable(run: readonly Evidence[]): string {
  const newest = new Map(run.map((evidence) => [evidence.drill, evidence]))
  const kept = [...newest.values()]
  const circumstances = [...new Set(kept.map(describeRun))].join(' ')
  const head = ['Drill', 'Breaks', 'Rings', 'Fault → page', 'Mended → resolved', 'Links', 'Outcome']
  const rows = kept.map((evidence) => {
    const { drill, breaks, pageSeconds, resolveSeconds, incident, outcome, failure } = evidence
    const followed = incident?.links.filter(({ status }) => status === 200).length ?? 0
    return [
      `\`${drill}\``,
      breaks,
      incident?.alerts.join(', ') ?? 'nothing',
      seconds(pageSeconds),
      seconds(resolveSeconds),
      `${followed} of ${incident?.links.length ?? 0} answer`,
      failure === undefined ? outcome : `${outcome} at ${failure.step}`,
    ]
  })
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
  return `${circumstances}\n\n${lines.join('\n')}\n`
}

function describeRun({ startedAt, timeScale, machine }: Evidence): string {
  const timing =
    timeScale === 1
      ? 'production timing'
      : `scaled timing: every wait and window of an alert divided by ${timeScale}, thresholds unchanged`
  const { cores, memoryGiB, platform, node } = machine
  return `Measured ${startedAt.slice(0, 10)} with ${timing}, on ${cores} cores with ${memoryGiB} GiB, ${platform}, Node ${node}.`
}

function cell(value: number | undefined): string {
  return value === undefined ? '–' : fixed(value)
}

function seconds(value: number | undefined): string {
  return value === undefined ? '–' : `${fixed(value)} s`
}

function fixed(value: number): string {
  return value.toFixed(1)
}
