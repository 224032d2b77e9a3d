/** Questions of the group BDR. */
import type { Question } from './question.ts'

export const bdrQuestions: readonly Question[] = [
  {
    id: 'BDR-04.age',
    query: 'time() - max(backup_restore_drill_success_timestamp_seconds)',
    says: 'seconds since a backup was last restored and its rows counted, with success',
  },
  {
    id: 'BDR-04.duration',
    query: 'max(backup_restore_drill_duration_seconds)',
    says: 'seconds the last restore took until the rows were counted',
  },
]
