/** Faults that are put into generated rules, each of which a generated test must notice. */
import type { AlertName } from '../../../contracts/alerts.ts'
import type { AlertingRule } from '../../../rules/model.ts'

export type Mutation = 'threshold' | 'operator' | 'window' | 'label' | 'for'
export const mutations: readonly Mutation[] = ['threshold', 'operator', 'window', 'label', 'for']

export interface Mutant {
  readonly alert: AlertName
  readonly mutation: Mutation
  readonly what: string
  readonly mutate: (rule: AlertingRule) => AlertingRule
}

/** An edit of the expression; every place that reads `from` changes. */
type Edit = readonly [from: string, to: string]

interface Edits {
  readonly threshold: readonly Edit[]
  readonly operator: readonly Edit[]
  readonly window: readonly Edit[]
  readonly label: readonly Edit[]
  readonly forSeconds: readonly number[]
}

const edits = {
  HighErrorRate: {
    threshold: [
      ['> 0.01 ', '> 0.009 '],
      ['> 0.01 ', '> 0.012 '],
      ['>= 5', '>= 500'],
    ],
    operator: [
      ['> 0.01 ', '< 0.01 '],
      ['> 0.01 ', '== 0.01 '],
    ],
    window: [
      ['offset 5m', 'offset 4m'],
      ['offset 5m', 'offset 10m'],
    ],
    label: [
      ['by (service)', 'by (tenant)'],
      ['by (service)', ''],
      ['status="5xx"', 'status="4xx"'],
      ['/health|', ''],
    ],
    forSeconds: [60, 130],
  },
  HighLatencyP95: {
    threshold: [
      ['> 0.5 ', '> 0.45 '],
      ['> 0.5 ', '> 0.8 '],
    ],
    operator: [
      ['> 0.5 ', '>= 0.5 '],
      ['> 0.5 ', '< 0.5 '],
    ],
    window: [
      ['[5m]', '[4m]'],
      ['[5m]', '[6m]'],
    ],
    label: [
      ['by (le, tenant, service)', 'by (le, service)'],
      ['by (tenant, service)', 'by (tenant)'],
    ],
    forSeconds: [110, 180],
  },
  HighCpuUsage: {
    threshold: [
      ['> 0.8', '> 0.79'],
      ['> 0.8', '> 0.86'],
    ],
    operator: [
      ['> 0.8', '>= 0.8'],
      ['> 0.8', '< 0.8'],
    ],
    window: [
      ['[5m]', '[4m]'],
      ['[5m]', '[6m]'],
    ],
    label: [
      ['mode="idle"', 'mode="user"'],
      ['avg by (instance) (', 'avg by (cpu) ('],
    ],
    forSeconds: [240, 310],
  },
  AuditOutboxLag: {
    threshold: [
      ['> 60', '> 49'],
      ['> 60', '> 91'],
    ],
    operator: [
      ['> 60', '>= 60'],
      ['> 60', '< 60'],
    ],
    window: [['audit_outbox_oldest_seconds)', 'max_over_time(audit_outbox_oldest_seconds[5m]))']],
    label: [
      ['by (service)', ''],
      ['by (service)', 'by (instance)'],
    ],
    forSeconds: [10, 120],
  },
  SloFastBurn: {
    threshold: [
      ['> 14.4', '> 14.1'],
      ['> 14.4', '> 20.2'],
      ['>= 5', '>= 4'],
    ],
    operator: [
      ['> 6 ', '>= 6 '],
      ['and slo:burn_rate:ratio5m', 'or slo:burn_rate:ratio5m'],
    ],
    window: [
      ['ratio1h', 'ratio30m'],
      ['ratio5m', 'ratio30m'],
    ],
    label: [['slo:burn_rate:ratio1h{slo="gateway-availability"}', 'sum by (tenant) (slo:burn_rate:ratio1h)']],
    forSeconds: [30],
  },
} as const satisfies Partial<Record<AlertName, Edits>>

/** Names the alerts that are mutated. */
export const mutated = Object.keys(edits) as (keyof typeof edits)[]

/** Builds every mutant; each differs from its rule in one thing. */
export function mutants(): Mutant[] {
  return mutated.flatMap((alert) => {
    const of: Edits = edits[alert]
    const inExpression = (['threshold', 'operator', 'window', 'label'] as const).flatMap((mutation) =>
      of[mutation].map((edit) => edited(alert, mutation, edit)),
    )
    const waiting = of.forSeconds.map((forSeconds): Mutant => ({
      alert,
      mutation: 'for',
      what: `for ${forSeconds} s`,
      mutate: (rule) => ({ ...rule, forSeconds }),
    }))
    return [...inExpression, ...waiting, ...mislabelled(alert)]
  })
}

function edited(alert: AlertName, mutation: Mutation, [from, to]: Edit): Mutant {
  return {
    alert,
    mutation,
    what: `${from} becomes ${to}`,
    mutate: (rule) => ({ ...rule, expr: rule.expr.replaceAll(from, to) }),
  }
}

/** A severity that routes elsewhere, and a label that nobody wrote. */
function mislabelled(alert: AlertName): Mutant[] {
  const relabelled = (what: string, labels: Readonly<Record<string, string>>): Mutant => ({
    alert,
    mutation: 'label',
    what,
    mutate: (rule) => ({ ...rule, labels: { ...rule.labels, ...labels } }),
  })
  return [relabelled('another severity', { severity: 'none' }), relabelled('a label more', { team: 'a' })]
}
