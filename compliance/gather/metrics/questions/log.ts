/** Questions of the group LOG, to the metrics of `contracts/metrics`. */
import type { Question } from './question.ts'

export const logQuestions: readonly Question[] = [
  {
    id: 'LOG-10.leaks',
    query: 'sum(increase(privacy_canary_leaks_total{signal="logs"}[1d]))',
    says: 'planted personal data of one day that came out of the fence in logs',
  },
  {
    id: 'LOG-11.coverage',
    query: '1 - (sum(audit_outbox_dead_letters) or vector(0)) / (sum(increase(record_reads_total[30d])) > 0)',
    says: 'share of the reads of education records of 30 days whose event the ledger has or will get',
  },
  {
    id: 'LOG-12.verified',
    query: 'min by (tenant) (ledger_verify_success)',
    says: '1 where the last verification of the whole log passed',
  },
  {
    id: 'LOG-12.verified_seconds_ago',
    query:
      'time() - (max by (tenant) (last_over_time(ledger_verify_timestamp_seconds[1h])) or on (tenant) 0 * (max by (tenant) (ledger_entries) > 0))',
    says: 'seconds since the log was last verified; since 1970 where it has entries and never was',
  },
  {
    id: 'LOG-12.signed_seconds_ago',
    query:
      '(time() - (max by (tenant) (last_over_time(ledger_checkpoint_timestamp_seconds[1h])) or on (tenant) 0 * max by (tenant) (ledger_entries))) and on (tenant) (max by (tenant) (ledger_entries) > (max by (tenant) (ledger_checkpoint_size) or on (tenant) 0 * max by (tenant) (ledger_entries)))',
    says: 'seconds since the last checkpoint of logs with entries that no checkpoint covers; since 1970 where there is none',
  },
  {
    id: 'LOG-13.removed',
    query: 'sum by (class) (increase(ledger_retention_removed_total{class="disclosure"}[365d]))',
    says: 'disclosure records of one year that were removed',
  },
  {
    id: 'LOG-14.synchronised',
    query: 'min by (instance) (node_timex_sync_status)',
    says: '1 where the clock of the machine is synchronised',
  },
]
