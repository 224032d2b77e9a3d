/** Questions of the group PRV. */
import type { Question } from './question.ts'

export const prvQuestions: readonly Question[] = [
  {
    id: 'PRV-03.age',
    query: 'time() - min by (tenant) (ledger_retention_timestamp_seconds)',
    says: 'seconds since the periods of all records of a tenant were last looked at',
  },
  {
    id: 'PRV-05.basis',
    query: 'sum by (basis) (record_reads_total{class="disclosure"})',
    says: 'disclosures by the consent or exception of 34 CFR 99.31 they rest on',
  },
  {
    id: 'PRV-06.oldest',
    query: 'max by (tenant) (ledger_record_clock_oldest_seconds{clock="inspection"})',
    says: 'seconds that the oldest request to inspect a record has waited',
  },
  {
    id: 'PRV-14.leaks',
    query: 'sum(privacy_canary_leaks_total) and on() (sum(privacy_items_checked_total) > 0)',
    says: 'planted personal data found in telemetry that left the fence',
  },
]
