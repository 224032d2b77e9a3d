/**
 * The cases that prove an alert: below, on the boundary, not yet, firing with exactly these labels and words,
 * resolving, nothing there, the other tenant silent. Each becomes a test file of its own.
 */
import { annotationsOf, fixedLabels, type AlertDefinition } from '../alerts/definition.ts'
import { fill } from '../annotations/template.ts'
import { play, run, stepSeconds, type Phase } from './play.ts'
import type { AlertCheck, FiringAlert, InputSeries, QueryCheck, TestFile } from './test-file.ts'
import type { Level, Subject } from './trial.ts'

/** How long after the level under test the input goes on, in samples: longer than any window but one. */
const afterSamples = 120

interface Stage {
  readonly definition: AlertDefinition
  readonly consoleUrl: string
  /** Rule file that holds the alert. */
  readonly rules: string
  /** Time of the first and the last sample of the level under test. */
  readonly startSeconds: number
  readonly endSeconds: number
}

/** Builds every case of an alert. */
export function casesOf(definition: AlertDefinition, rules: string, consoleUrl: string): TestFile[] {
  const { quietSeconds = 300, lastsSeconds = 600 } = definition.trial
  const startSeconds = quietSeconds
  const stage = { definition, consoleUrl, rules, startSeconds, endSeconds: startSeconds + lastsSeconds }
  if (definition.trial.signals(definition.trial.subject).length === 0) return [absent(stage)]
  return [
    silent(stage, 'below', 'below'),
    definition.trial.atBoundary === 'fires'
      ? firingAt(stage, 'boundary')
      : silent(stage, 'boundary', 'boundary'),
    notYet(stage),
    fires(stage),
    resolves(stage),
    absent(stage),
    ...otherSilent(stage),
    ...countsFirst(stage),
    ...gone(stage),
  ]
}

function silent(stage: Stage, name: string, level: Level): TestFile {
  return file(stage, name, { level, alerts: [none(stage, stage.endSeconds)] })
}

function notYet(stage: Stage): TestFile {
  const { forSeconds, trial } = stage.definition
  const atSeconds = stage.startSeconds + trial.onsetSeconds + forSeconds - stepSeconds
  return file(stage, 'not-yet', { level: 'above', alerts: [none(stage, atSeconds)] })
}

function fires(stage: Stage): TestFile {
  const { forSeconds, trial } = stage.definition
  return file(stage, 'fires', {
    level: 'above',
    alerts: [{ ...none(stage, stage.endSeconds), firing: [firing(stage)] }],
    queries: [firingCount(stage, stage.startSeconds + trial.onsetSeconds + forSeconds)],
  })
}

/** The other tenant or service has nothing of the first one's trouble, though it comes close to its own. */
function otherSilent(stage: Stage): TestFile[] {
  const { other } = stage.definition.trial
  if (other === undefined) return []
  const matchers = Object.entries(other).map(([label, value]) => `${label}="${value}"`)
  const expr = `ALERTS{alertname="${stage.definition.name}", ${matchers.join(', ')}}`
  const queries = [{ atSeconds: stage.endSeconds, expr, samples: [] }, firingCount(stage, stage.endSeconds)]
  return [file(stage, 'other-silent', { level: 'above', queries })]
}

function firingAt(stage: Stage, level: Level): TestFile {
  return file(stage, level, { level, queries: [firingCount(stage, stage.endSeconds)] })
}

function resolves(stage: Stage): TestFile {
  const clearSeconds = stage.endSeconds + stage.definition.trial.clearSeconds
  return file(stage, 'resolves', {
    level: 'above',
    alerts: [none(stage, clearSeconds)],
    queries: [firingCount(stage, clearSeconds - stepSeconds)],
  })
}

function absent(stage: Stage): TestFile {
  const isFiring = stage.definition.trial.whenAbsent === 'fires'
  const expected = isFiring ? [firing(stage, { value: 1 })] : []
  const alerts = [{ ...none(stage, stage.endSeconds), firing: expected }]
  return { ...file(stage, 'absent', { level: 'absent', alerts }), input: [unrelated(stage)] }
}

/** The very first event of a series counts. */
function countsFirst(stage: Stage): TestFile[] {
  const { trial } = stage.definition
  if (trial.countsFirst === undefined) return []
  const atSeconds = stage.startSeconds + trial.onsetSeconds + stage.definition.forSeconds
  const made = file(stage, 'first-event', { level: 'above', queries: [firingCount(stage, atSeconds)] })
  const phases: Phase[] = [
    { level: 'absent', samples: stage.startSeconds / stepSeconds },
    { level: 'above', samples: afterSamples },
  ]
  return [{ ...made, input: [...steady(stage, trial.subject), ...signals(stage, trial.subject, phases)] }]
}

/** What was there and is there no more. */
function gone(stage: Stage): TestFile[] {
  const { trial, forSeconds } = stage.definition
  if (trial.whenGone === undefined) return []
  const firesAt = stage.startSeconds + forSeconds
  const made = file(stage, 'gone', {
    level: 'absent',
    alerts: [none(stage, firesAt - stepSeconds), { ...none(stage, firesAt), firing: [firing(stage)] }],
  })
  const quiet: Phase[] = [{ level: 'quiet', samples: stage.startSeconds / stepSeconds }]
  const ended = signals(stage, trial.subject, quiet).map(({ series, values }) => ({
    series,
    values: `${values} stale`,
  }))
  const endedSeries = new Set(ended.map(({ series }) => series))
  return [{ ...made, input: [...ended, ...made.input.filter(({ series }) => !endedSeries.has(series))] }]
}

interface Checks {
  readonly level: Level
  readonly alerts?: readonly AlertCheck[]
  readonly queries?: readonly QueryCheck[]
}

function file(stage: Stage, name: string, { level, alerts = [], queries = [] }: Checks): TestFile {
  const { definition, rules } = stage
  const { subject, other } = definition.trial
  const input = [
    ...steady(stage, subject),
    ...signals(stage, subject, phasesOf(stage, level)),
    ...(other === undefined
      ? []
      : [...steady(stage, other), ...signals(stage, other, phasesOf(stage, 'below'))]),
  ]
  return {
    name: `${definition.name}-${name}`,
    alert: definition.name,
    rules: [rules],
    evaluateSeconds: stepSeconds,
    stepSeconds,
    input: [...new Map(input.map((one) => [one.series, one])).values()],
    alerts,
    queries,
  }
}

function phasesOf({ startSeconds, endSeconds }: Stage, level: Level): Phase[] {
  return [
    { level: 'quiet', samples: startSeconds / stepSeconds },
    { level, samples: (endSeconds - startSeconds) / stepSeconds + 1 },
    { level: 'quiet', samples: afterSamples },
  ]
}

function signals({ definition }: Stage, subject: Subject, phases: readonly Phase[]): InputSeries[] {
  return definition.trial
    .signals(subject)
    .map((signal) => ({ series: signal.series, values: play(signal, phases) }))
}

function steady({ definition, endSeconds }: Stage, subject: Subject): InputSeries[] {
  const samples = endSeconds / stepSeconds + afterSamples
  return Object.entries(definition.trial.steady?.(subject) ?? {}).map(([series, value]) => ({
    series,
    values: run(String(value), samples),
  }))
}

/** A series no rule asks for, so that time passes. */
function unrelated({ endSeconds }: Stage): InputSeries {
  return { series: 'unrelated', values: run('1', endSeconds / stepSeconds) }
}

function none({ definition }: Stage, atSeconds: number): AlertCheck {
  return { atSeconds, alert: definition.name, firing: [] }
}

/** Asks how many fire, whatever they say at that moment. */
function firingCount({ definition }: Stage, atSeconds: number): QueryCheck {
  const expr = `count(ALERTS{alertname="${definition.name}", alertstate="firing"})`
  return { atSeconds, expr, samples: [{ labels: '{}', value: 1 }] }
}

function firing(stage: Stage, { value }: { value: number } = stage.definition.trial): FiringAlert {
  const { definition, consoleUrl } = stage
  const { subject } = definition.trial
  const fixed = fixedLabels(definition)
  const filling = { labels: { ...subject, ...fixed }, value }
  const annotations = Object.entries(annotationsOf(definition, consoleUrl))
  return {
    labels: { ...subject, ...fixed },
    annotations: Object.fromEntries(annotations.map(([key, template]) => [key, fill(template, filling)])),
  }
}
