/** Somebody hears of a database whose connections run out. */
import { parameterOf } from '../../parameters.ts'
import { alertControl, shareOf } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-06',
  about: 'connections to the database',
  expected: 'an alert fires when 90 % of the connections are in use, or 180 of 200',
  fix: 'add an alert on pg_stat_activity_count over pg_settings_max_connections above 0.9',
  page: {
    why: 'When the last connection is taken, every service fails at once, and with it who would look for the reason.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: DatabaseConnectionsHigh\n        expr: sum(pg_stat_activity_count) / max(pg_settings_max_connections) > 0.9\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: DatabaseConnectionsHigh\n        expr: sum(pg_stat_activity_count) > 199\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: ({ metrics, operator, threshold, isRatio }) =>
    metrics.some((name) =>
      /^(?:pg_stat_activity|pg_stat_database_numbackends)|(?:db|database|rds|postgres|mysql)\w*connections/i.test(
        name,
      ),
    ) &&
    operator.startsWith('>') &&
    (isRatio || threshold > 1),
  whyWrong: (compared, alert, evidence) => {
    const environment = environmentOf(alert, evidence)
    const percent = parameterOf('MON-06.percent', environment, evidence.parameters)
    const most = parameterOf('MON-06.connections', environment, evidence.parameters)
    if (compared.isRatio) {
      const share = shareOf(compared)
      return share <= percent / 100 + 1e-9 ? undefined : `it fires above ${Math.round(share * 100)} %`
    }
    return compared.threshold <= most ? undefined : `it fires above ${compared.threshold} connections`
  },
})
