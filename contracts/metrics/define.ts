/**
 * The vocabulary in which metrics are declared. A declaration is read by the SDK at run time and by the
 * rule and dashboard generators at build time, so a renamed metric breaks the build and not the alert.
 */

/** A label whose values are a closed list: series of counters start at 0 for every combination. */
export interface ClosedLabel<V extends string = string> {
  readonly values: readonly V[]
}

/** A label whose values are not known beforehand; past `budget` distinct values, new ones become `other`. */
export interface BudgetedLabel {
  readonly budget: number
}

export type Label = ClosedLabel | BudgetedLabel

export type Unit = 'seconds' | 'bytes' | 'ratio' | 'timestamp_seconds' | 'items' | 'state'

interface Common<L extends Readonly<Record<string, Label>>> {
  readonly unit: Unit
  /** One sentence: the metric's HELP line. */
  readonly meaning: string
  /** The room that emits it. */
  readonly owner: string
  readonly labels: L
  /** Most series this metric may have over the whole appliance. */
  readonly seriesBudget: number
}

export interface CounterSpec<
  L extends Readonly<Record<string, Label>> = Readonly<Record<string, Label>>,
> extends Common<L> {
  readonly kind: 'counter'
}

export interface GaugeSpec<
  L extends Readonly<Record<string, Label>> = Readonly<Record<string, Label>>,
> extends Common<L> {
  readonly kind: 'gauge'
}

export interface HistogramSpec<
  L extends Readonly<Record<string, Label>> = Readonly<Record<string, Label>>,
> extends Common<L> {
  readonly kind: 'histogram'
  /** Upper bounds in the metric's unit, ascending, without `+Inf`. */
  readonly buckets: readonly number[]
}

export type MetricSpec = CounterSpec | GaugeSpec | HistogramSpec

/** The label object an instrument of this declaration demands, closed values as a union of literals. */
export type LabelsOf<M extends MetricSpec> = {
  readonly [N in keyof M['labels']]: M['labels'][N] extends ClosedLabel<infer V> ? V : string
}

/** Tenant names: few, but not known when the code is built. */
export const tenantLabel = { budget: 50 } as const
