/** Keeps labels within their budget: a value beyond it becomes `other`, and that is counted. */
import type { MetricSpec } from '../../contracts/metrics/define.ts'

/** What stands for every value past the budget. */
export const foldedValue = 'other'

/** Labels as an instrument is given them at run time. */
export type Labels = Readonly<Record<string, string>>

export class LabelFolder {
  readonly #spec: MetricSpec
  readonly #seen = new Map<string, Set<string>>()
  readonly #onFold: () => void

  /** @param onFold called for every folded value */
  constructor(spec: MetricSpec, onFold: () => void) {
    this.#spec = spec
    this.#onFold = onFold
    for (const [name, label] of Object.entries(spec.labels)) {
      this.#seen.set(name, new Set('values' in label ? label.values : []))
    }
  }

  /** Gives the value under which a label is kept. */
  fold(name: string, value: string): string {
    const seen = this.#seen.get(name)
    if (seen === undefined) return foldedValue
    if (seen.has(value)) return value
    const label = this.#spec.labels[name]
    if (label !== undefined && 'budget' in label && seen.size < label.budget) {
      seen.add(value)
      return value
    }
    this.#onFold()
    return foldedValue
  }

  /** Folds every label of a series; labels the declaration does not have are left out. */
  foldAll(labels: Labels): Record<string, string> {
    const folded: Record<string, string> = {}
    for (const name of this.#seen.keys()) folded[name] = this.fold(name, labels[name] ?? '')
    return folded
  }
}
