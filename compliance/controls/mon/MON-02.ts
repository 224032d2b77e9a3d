/** Somebody hears of a processor that is busy for minutes. */
import { parameterOf } from '../../parameters.ts'
import { alertControl, usedShareOf } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-02',
  about: 'a busy processor',
  expected: 'an alert fires when 80 % of a processor are used for 5 minutes, with a severity',
  fix: 'add an alert on node_cpu_seconds_total above 0.8, for: 5m',
  page: {
    why: 'A machine at its limit answers late, then not at all. Who hears of it minutes before can still act.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: HighCpuUsage\n        expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: HighCpuUsage\n        expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.95\n        for: 30m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: ({ metrics }) =>
    metrics.some((name) => /cpu/i.test(name) && !/throttl|info$|quota|limit/i.test(name)),
  whyWrong: (compared, alert, evidence) => {
    const most = parameterOf('MON-02.percent', environmentOf(alert, evidence), evidence.parameters)
    const share = usedShareOf(compared, /idle/i)
    if (share === undefined) return 'it fires when the processor is free'
    // Shares are calculated: a millionth is no difference.
    return share <= most / 100 + 1e-6 ? undefined : `it fires above ${Math.round(share * 1_000) / 10} %`
  },
  withinSeconds: (alert, evidence) =>
    60 * parameterOf('MON-02.minutes', environmentOf(alert, evidence), evidence.parameters),
})
