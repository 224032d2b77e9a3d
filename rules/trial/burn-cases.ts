/**
 * The cases that prove the burn alerts of an objective. The shortest pair of windows is proved from raw requests;
 * the others from counts as they were recorded, a few of them standing for hours: promtool evaluates every rule of
 * a file at every step, and three days of half minutes would take it minutes.
 */
import type { Slo } from '../../contracts/slo.ts'
import { fill } from '../annotations/template.ts'
import { alertOf, burnAnnotations, burnLabels } from '../slo/burn-alerts.ts'
import { burnFactor, burnWindows, leastBadEvents, type BurnWindow } from '../slo/burn-windows.ts'
import { countSeconds } from '../slo/recordings.ts'
import { sloFileName, sloGroupNames } from '../slo/slo-file.ts'
import type { Phase } from './play.ts'
import {
  badEvents,
  countSeries,
  livingService,
  loneFailures,
  rawEvents,
  stepEvents,
  type BurnLevels,
} from './slo-events.ts'
import { tenantA, tenantB } from './subjects.ts'
import type { FiringAlert, InputSeries, TestFile } from './test-file.ts'

/** Counts before the trouble, in one: enough that only one pair of windows can fire. */
const quietCounts = 1_000
/** Steps before the first of lone failures. */
const quietSteps = 2
/** The long window is as many short ones. */
const shortInLong = 12

const [troubled, other] = [tenantA, tenantB].map(({ tenant = '' }) => tenant) as [string, string]

interface Stage {
  readonly slo: Slo
  readonly window: BurnWindow
  readonly consoleUrl: string
  readonly levels: BurnLevels
  /** Evaluations and counts come this often. */
  readonly stepSeconds: number
  /** When the long window holds nothing but trouble, in seconds. */
  readonly fullSeconds: number
  /** From the last trouble until the short window has let enough of it go. */
  readonly clearSeconds: number
  readonly input: (level: keyof BurnLevels) => readonly InputSeries[]
  readonly groups?: readonly string[]
}

/** Builds every case of an objective. */
export function burnCases(slo: Slo, consoleUrl: string): TestFile[] {
  const [shortest, ...others] = burnWindows
  if (shortest === undefined) return []
  const counted = others.map((window) => countStage(slo, window, consoleUrl))
  const ofAlert = (severity: BurnWindow['severity']) =>
    counted.filter(({ window }) => window.severity === severity).slice(0, 1)
  return [
    ...pairCases(rawStage(slo, shortest, consoleUrl)),
    ...counted.flatMap((stage) => [below(stage), ...pairCases(stage)]),
    ...[...ofAlert('page'), ...ofAlert('ticket')].flatMap(alertCases),
  ]
}

/** Names a pair of windows. */
function pairOf({ window }: Stage): string {
  return `${window.longSeconds / 3_600}h`
}

/** Left out for raw requests, of which the other tenant's stay below in every case: they take the longest. */
function below(stage: Stage): TestFile {
  return file(stage, `${pairOf(stage)}-below`, stage.input('below'), { silentAt: [stage.fullSeconds] })
}

/** What is true of each pair of windows. */
function pairCases(stage: Stage): TestFile[] {
  const { fullSeconds, stepSeconds, clearSeconds } = stage
  const full = (name: string, level: keyof BurnLevels, checks: Checks) =>
    file(stage, `${pairOf(stage)}-${name}`, stage.input(level), checks)
  return [
    full('boundary', 'boundary', { silentAt: [fullSeconds] }),
    full('not-yet', 'above', { silentAt: [fullSeconds - stepSeconds] }),
    full('fires', 'above', { firesAt: fullSeconds }),
    full('resolves', 'above', {
      countsAt: [fullSeconds + clearSeconds - stepSeconds],
      silentAt: [fullSeconds + clearSeconds],
    }),
  ]
}

/** What is true of the page and of the ticket, whatever the windows. */
function alertCases(stage: Stage): TestFile[] {
  const { window, fullSeconds } = stage
  const atOther = `ALERTS{alertname="${alertOf[window.severity]}", tenant="${other}"}`
  const made = file(stage, 'other-silent', stage.input('above'), { countsAt: [fullSeconds] })
  return [
    file(stage, 'absent', [{ series: 'unrelated', values: '1+0x20' }], {
      silentAt: [20 * stage.stepSeconds],
    }),
    {
      ...made,
      queries: [...made.queries, { atSeconds: fullSeconds, expr: atOther, samples: [] }],
    },
    few(stage),
  ]
}

/** Lone failures and no other request: the burn rate is as high as it can be, and only their number counts. */
function few({ slo, ...stage }: Stage): TestFile {
  const failures = leastBadEvents[stage.window.severity]
  const input = [
    ...livingService(slo, failures + quietSteps),
    ...loneFailures(slo, troubled, { quietSteps, failures }),
  ]
  const leastAt = (quietSteps + failures - 1) * countSeconds
  const raw = { ...stage, slo, stepSeconds: countSeconds, groups: sloGroupNames(slo) }
  return file(raw, 'few', input, { silentAt: [leastAt - countSeconds], countsAt: [leastAt] })
}

/** Raw requests, and one count for the hours before them. */
function rawStage(slo: Slo, window: BurnWindow, consoleUrl: string): Stage {
  const levels = levelsOf(slo, window)
  const counts = window.longSeconds / countSeconds
  return {
    slo,
    window,
    consoleUrl,
    levels,
    stepSeconds: countSeconds,
    fullSeconds: window.longSeconds,
    // Of the ten counts of the short window seven bad ones are too few for 1.4 times the threshold.
    clearSeconds: 3 * countSeconds,
    groups: sloGroupNames(slo),
    input: (level) => {
      const phases = (of: keyof BurnLevels): Phase[] => [
        { level: of, samples: counts + 1 },
        { level: 'quiet', samples: 10 },
      ]
      return [
        ...livingService(slo, counts + 11),
        ...[troubled, other].flatMap((tenant) => [
          ...rawEvents(slo, tenant, levels, phases(tenant === troubled ? level : 'below')),
          {
            series: countSeries('slo:events:count30s', slo, tenant),
            values: String(quietCounts * stepEvents),
          },
        ]),
      ]
    },
  }
}

/** One count for each short window, in the middle of it, and one for the days before them. */
function countStage(slo: Slo, window: BurnWindow, consoleUrl: string): Stage {
  const levels = levelsOf(slo, window)
  const stepSeconds = window.shortSeconds
  const [fast = '', slow = '', ...rest] = sloGroupNames(slo)
  return {
    slo,
    window,
    consoleUrl,
    levels,
    stepSeconds,
    fullSeconds: shortInLong * stepSeconds,
    clearSeconds: stepSeconds,
    // The page asks for what the slow group records; steps this long leave nothing of the last one.
    groups: [slow, fast, ...rest],
    input: (level) =>
      [troubled, other].flatMap((tenant) => {
        const bad = badEvents(slo, levels[tenant === troubled ? level : 'below'])
        // Two values to a step: a count lies between two evaluations, which record at a time of their own.
        const counts = (before: string, trouble: number, quiet: number) =>
          `${before} ${[...Array.from({ length: shortInLong }, () => trouble), quiet, quiet].join(' _ ')}`
        return [
          {
            series: countSeries('slo:events:count30s', slo, tenant),
            values: counts(String(quietCounts * stepEvents), stepEvents, stepEvents),
          },
          {
            series: countSeries('slo:bad_events:count30s', slo, tenant),
            values: counts('_', bad, 0),
          },
        ]
      }),
  }
}

function levelsOf({ windowDays }: Slo, window: BurnWindow): BurnLevels {
  const factor = burnFactor(window, windowDays)
  return { below: 0.98 * factor, boundary: factor, above: 1.4 * factor }
}

interface Checks {
  /** Nothing fires then. */
  readonly silentAt?: readonly number[]
  /** Exactly the alert of the troubled tenant fires then, with every label and word. */
  readonly firesAt?: number
  /** One alert fires then, whatever it says. */
  readonly countsAt?: readonly number[]
}

function file(stage: Stage, name: string, input: readonly InputSeries[], checks: Checks): TestFile {
  const { slo, window, stepSeconds, groups } = stage
  const alert = alertOf[window.severity]
  const { silentAt = [], firesAt, countsAt = [] } = checks
  return {
    name: `${alert}-${slo.name}-${name}`,
    alert,
    rules: [sloFileName(slo)],
    evaluateSeconds: stepSeconds,
    stepSeconds: stepSeconds === countSeconds ? countSeconds : stepSeconds / 2,
    ...(groups === undefined ? {} : { groups }),
    input,
    alerts: [
      ...silentAt.map((atSeconds) => ({ atSeconds, alert, firing: [] })),
      ...(firesAt === undefined ? [] : [{ atSeconds: firesAt, alert, firing: [firing(stage)] }]),
    ],
    queries: countsAt.map((atSeconds) => ({
      atSeconds,
      expr: `count(ALERTS{alertname="${alert}", alertstate="firing"})`,
      samples: [{ labels: '{}', value: 1 }],
    })),
  }
}

function firing({ slo, window, levels, consoleUrl }: Stage): FiringAlert {
  const labels = {
    tenant: troubled,
    service: slo.service,
    ...burnLabels(slo, window.severity),
  }
  const annotations = Object.entries(burnAnnotations(slo, window.severity, consoleUrl))
  const value = badEvents(slo, levels.above) / badEvents(slo, 1)
  return {
    labels,
    annotations: Object.fromEntries(
      annotations.map(([key, template]) => [key, fill(template, { labels, value })]),
    ),
  }
}
