/** Rule files as values: what Prometheus reads, before it is YAML. Durations are whole seconds. */
import type { AlertName } from '../contracts/alerts.ts'
import type { RecordedName } from '../contracts/recorded-series.ts'

export interface RecordingRule {
  readonly record: RecordedName
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
}

export interface AlertingRule {
  readonly alert: AlertName
  readonly expr: string
  readonly forSeconds: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export type Rule = RecordingRule | AlertingRule

export interface RuleGroup {
  readonly name: string
  readonly intervalSeconds: number
  readonly rules: readonly Rule[]
}

/** One file of one YAML document: promtool reads no second one. */
export interface RuleFile {
  /** Without `.yaml`. */
  readonly name: string
  readonly groups: readonly RuleGroup[]
}

/** Tells an alert from a recording. */
export function isAlert(rule: Rule): rule is AlertingRule {
  return 'alert' in rule
}

/** Lists every alerting rule of some files. */
export function alertsOf(files: readonly RuleFile[]): AlertingRule[] {
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.filter(isAlert)))
}
