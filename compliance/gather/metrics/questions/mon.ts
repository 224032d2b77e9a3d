/** Questions of the group MON. */
import type { Question } from './question.ts'

export const monQuestions: readonly Question[] = [
  {
    id: 'MON-17.series',
    query: 'topk(1, count by (__name__) ({__name__=~".+"}))',
    says: 'series of the metric that has most of them',
  },
]
