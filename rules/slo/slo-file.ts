/** Puts the rules of an objective into groups by how often they must be evaluated. */
import type { Slo } from '../../contracts/slo.ts'
import type { RuleOptions } from '../alerts/definition.ts'
import type { RuleFile, RuleGroup } from '../model.ts'
import { absenceAlert, burnAlert } from './burn-alerts.ts'
import {
  budgetRules,
  burnRules,
  countRules,
  countSeconds,
  fastBurns,
  slowBurns,
  tileRules,
  tileSeconds,
} from './recordings.ts'

/** Days of counts are read here; half of Prometheus's lookback of 5 minutes, so that no reader finds a gap. */
const slowSeconds = 120
const budgetSeconds = 240
const absenceSeconds = 30

/** Names the file of an objective. */
export function sloFileName({ name }: Pick<Slo, 'name'>): string {
  return `slo-${name}`
}

/** Names the groups of an objective in the order in which one rests on the other. */
export function sloGroupNames({ name }: Pick<Slo, 'name'>): string[] {
  return ['fast', 'slow', 'tiles', 'budget'].map((part) => `slo-${name}-${part}`)
}

/** Builds the file of an objective. */
export function sloFile(slo: Slo, options: RuleOptions): RuleFile {
  const { timing } = options
  const group = (part: string, intervalSeconds: number, rules: RuleGroup['rules']): RuleGroup => ({
    name: `slo-${slo.name}-${part}`,
    intervalSeconds,
    rules,
  })
  // Counts are taken as often as their window is long, under any time scale.
  const asLongAs = (seconds: number) => timing.window(seconds).seconds
  return {
    name: sloFileName(slo),
    groups: [
      group('fast', asLongAs(countSeconds), [
        ...countRules(slo, timing),
        ...burnRules(slo, fastBurns, timing),
        burnAlert(slo, 'page', options),
      ]),
      group('slow', timing.wait(slowSeconds), [
        ...burnRules(slo, slowBurns, timing),
        burnAlert(slo, 'ticket', options),
      ]),
      group('tiles', asLongAs(tileSeconds), tileRules(slo, timing)),
      group('budget', timing.wait(budgetSeconds), budgetRules(slo, timing)),
    ],
  }
}

/** File of the alerts that ask whether anything is heard at all: one for each service that has an objective. */
export const signalsFileName = 'slo-signals'

/** Builds it. */
export function signalsFile(slos: readonly Slo[], options: RuleOptions): RuleFile {
  const watched = [...new Set(slos.map(({ service }) => service))].toSorted()
  const rules = watched.map((service) => absenceAlert(service, options))
  const intervalSeconds = options.timing.wait(absenceSeconds)
  return { name: signalsFileName, groups: [{ name: signalsFileName, intervalSeconds, rules }] }
}
