/** Unit tests of rules as values: what promtool reads, before it is YAML. Durations are whole seconds. */
import type { AlertName } from '../../contracts/alerts.ts'

export interface InputSeries {
  readonly series: string
  /** In promtool's notation: `1+0x5` is six samples of 1, `_x3` three missing ones. */
  readonly values: string
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Alerts of a name that fire at a moment, all of them, with every label and annotation. */
export interface AlertCheck {
  readonly atSeconds: number
  readonly alert: AlertName
  readonly firing: readonly FiringAlert[]
}

/** What a query answers at a moment. */
export interface QueryCheck {
  readonly atSeconds: number
  readonly expr: string
  readonly samples: readonly { readonly labels: string; readonly value: number }[]
}

/** One case in a file of its own: promtool evaluates every rule of a file for every test of it. */
export interface TestFile {
  /** Without `.yaml`; begins with the name of the alert it is about. */
  readonly name: string
  readonly alert: AlertName
  /** Rule files it loads, without `.yaml`. */
  readonly rules: readonly string[]
  readonly evaluateSeconds: number
  readonly stepSeconds: number
  /** Groups in the order in which they are evaluated; needed where one rests on another. */
  readonly groups?: readonly string[]
  readonly input: readonly InputSeries[]
  readonly alerts: readonly AlertCheck[]
  readonly queries: readonly QueryCheck[]
}
