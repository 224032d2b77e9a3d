/** Does telemetry stay inside the fence. */
import { grown, increase, rate, sumBy } from '../promql/compose.ts'
import { text, value } from '../annotations/template.ts'
import { longRunning, seriesOf } from '../trial/subjects.ts'
import { counterOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const leastRedactions = 100
/** How many times as many as in the hour before. */
const aboveSurge = 5

const piiCanaryLeak: AlertDefinition = {
  name: 'PiiCanaryLeak',
  by: [],
  service: 'collector',
  expr: ({ window }) => `${grown([], 'privacy_canary_leaks_total', { over: window(300) })} > 0`,
  forSeconds: 0,
  summary: text`Personal data leaves the fence`,
  description: text`${value} canaries, made-up people planted to be removed, were found in telemetry behind the fence in the last 5 minutes. What real people wrote goes the same way.`,
  trial: {
    signals: () => [
      pulseOf(seriesOf('privacy_canary_leaks_total', { signal: 'logs' }, 'collector'), {
        quiet: 0,
        above: 1,
      }),
    ],
    steady: () => longRunning('collector'),
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const redactionSurge: AlertDefinition = {
  name: 'RedactionSurge',
  by: [],
  service: 'collector',
  expr: ({ window }) => {
    const over = window(600)
    const now = sumBy([], rate('privacy_redactions_total', { over }))
    const before = sumBy([], rate('privacy_redactions_total', { over: window(3_600), ago: over }))
    const many = `${sumBy([], increase('privacy_redactions_total', { over }))} >= ${leastRedactions}`
    return `${now} > ${aboveSurge} * (${before} or vector(0)) and ${many}`
  },
  forSeconds: 300,
  summary: text`The fence removes far more personal data than before`,
  description: text`The fence removes ${value} strings a second, more than ${String(aboveSurge)} times as many as in the hour before, and at least ${String(leastRedactions)} in 10 minutes. A change to the code probably writes personal data into telemetry.`,
  trial: {
    signals: () => [
      counterOf(seriesOf('privacy_redactions_total', { rule: 'email', place: 'log_body' }, 'collector'), {
        quiet: 1,
        below: 4,
        boundary: 5,
        above: 10,
      }),
    ],
    subject: {},
    value: 1,
    onsetSeconds: 260,
    clearSeconds: 180,
    quietSeconds: 4_200,
    lastsSeconds: 600,
  },
}

export const privacyAlerts = [piiCanaryLeak, redactionSurge]
