/** Somebody hears of memory that runs out. */
import { parameterOf } from '../../parameters.ts'
import { alertControl, usedShareOf } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-03',
  about: 'memory that runs out',
  expected: 'an alert fires when 85 % of the memory are used for 5 minutes, with a severity',
  fix: 'add an alert on 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes above 0.85, for: 5m',
  page: {
    why: 'Without memory the kernel ends processes of its own choice, often the database.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: HighMemoryUsage\n        expr: 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.85\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: HighMemoryUsage\n        expr: 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.98\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: ({ metrics, isRatio, threshold }) =>
    metrics.some((name) => /mem(ory)?(_|$)|MemAvailable/i.test(name)) && (isRatio || threshold <= 100),
  whyWrong: (compared, alert, evidence) => {
    const most = parameterOf('MON-03.percent', environmentOf(alert, evidence), evidence.parameters)
    const share = usedShareOf(compared, /avail|free/i)
    if (share === undefined) return 'it fires when memory is free'
    // Shares are calculated: a millionth is no difference.
    return share <= most / 100 + 1e-6 ? undefined : `it fires above ${Math.round(share * 1_000) / 10} %`
  },
  withinSeconds: (alert, evidence) =>
    60 * parameterOf('MON-03.minutes', environmentOf(alert, evidence), evidence.parameters),
})
