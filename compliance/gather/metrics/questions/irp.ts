/** Questions of the group IRP. */
import type { Question } from './question.ts'

export const irpQuestions: readonly Question[] = [
  {
    id: 'IRP-03.waiting',
    query: 'min_over_time(sum(console_incidents{state="triggered"})[15m:1m])',
    says: 'incidents of the inbox that nobody acknowledged for the last 15 minutes, at least',
  },
  {
    id: 'IRP-04.overdue',
    query: 'sum by (clock) (ledger_record_clock_overdue)',
    says: 'entries of a statutory register whose day has passed and that are not done',
  },
  {
    id: 'IRP-09.age',
    query: 'time() - max(compliance_scan_timestamp_seconds > 0)',
    says: 'seconds since the last scan ended',
  },
  {
    id: 'IRP-09.gaps',
    query: 'sum(audit_outbox_dead_letters{service="compliance"})',
    says: 'scans whose event the ledger refused for good',
  },
]
