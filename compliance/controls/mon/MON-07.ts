/** Somebody is paged before a disk is full. */
import { parameterOf } from '../../parameters.ts'
import { alertControl, usedShareOf } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-07',
  about: 'disks that fill',
  expected: 'an alert fires when 85 % of a file system are used, with severity critical',
  fix: 'add an alert on 1 - node_filesystem_avail_bytes / node_filesystem_size_bytes above 0.85, severity: critical',
  page: {
    why: 'A full disk stops the database and the log of what it did. It is the fault that is easiest to see coming.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: DiskUsageCritical\n        expr: 1 - node_filesystem_avail_bytes / node_filesystem_size_bytes > 0.85\n        for: 5m\n        labels:\n          severity: critical\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: capacity\n    rules:\n      - alert: DiskUsageCritical\n        expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.05\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: ({ metrics, isRatio, threshold }) =>
    metrics.some(
      (name) =>
        /filesystem|disk|volume|storage/i.test(name) && !/inode|_files(?:_|$)|_io_|read|writ/i.test(name),
    ) &&
    (isRatio || threshold <= 100),
  whyWrong: (compared, alert, evidence) => {
    const most = parameterOf('MON-07.percent', environmentOf(alert, evidence), evidence.parameters)
    const share = usedShareOf(compared, /avail|free/i)
    if (share === undefined) return 'it fires when the disk is empty'
    // Shares are calculated: a millionth is no difference.
    return share <= most / 100 + 1e-6 ? undefined : `it fires above ${Math.round(share * 1_000) / 10} %`
  },
  severities: ['critical', 'page', 'p0', 'p1', 'emergency'],
})
