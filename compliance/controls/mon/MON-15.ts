/** Service levels alert when their error budget burns, over a long window and a short one. */
import { alertControl, comparedIn, type Compared } from '../read/alerting.ts'
import type { Resource } from '../../evidence.ts'

export const control = alertControl({
  id: 'MON-15',
  about: 'error budgets that burn',
  expected: 'an alert compares the burn rate of an objective with 14.4 (or 6) over two windows at once',
  fix: 'add alerts on burn rates above 14.4 over 1h and 5m, and above 6 over 6h and 30m (SRE Workbook, ch. 5)',
  page: {
    why: 'A threshold on errors alone cries at every short blip and sleeps through a slow leak. Two windows tell the two apart.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: slo\n    rules:\n      - alert: SloFastBurn\n        expr: slo:burn_rate:ratio1h > 14.4 and slo:burn_rate:ratio5m > 14.4\n        labels:\n          severity: critical\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: slo\n    rules:\n      - alert: SloFastBurn\n        expr: slo:burn_rate:ratio1h > 14.4\n        labels:\n          severity: critical\n',
      },
    ],
  },
  concerns: (compared) => factorOf(compared) !== undefined,
  whyWrong: whyOneWindow,
})

/** 2 % of a 30-day budget in an hour, and 5 % in six (SRE Workbook, ch. 5). */
const factors = [14.4, 6] as const
/** What an objective leaves: 99 % to 99.99 %. */
const budgets = [1, 0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001] as const

/** Reads which factor a threshold stands for, also where it is multiplied with the budget. */
function factorOf({ operator, threshold, metrics }: Compared): number | undefined {
  if (!operator.startsWith('>')) return undefined
  const isBurn = metrics.some((name) => /burn|error|slo|slx|sli/i.test(name))
  return factors.find((factor) =>
    budgets.some((budget) => {
      const isExact = Math.abs(threshold - factor * budget) < 1e-9
      return isExact && (budget === 1 ? factor === 14.4 || isBurn : true)
    }),
  )
}

function whyOneWindow(compared: Compared, alert: Resource): string | undefined {
  const factor = factorOf(compared)
  const same = (comparedIn(alert) ?? []).filter((each) => factorOf(each) === factor)
  const windows = new Set(same.map(({ metrics, ranges }) => JSON.stringify([metrics, ranges])))
  return windows.size >= 2 ? undefined : `it looks at one window for ${factor ?? ''}`
}
