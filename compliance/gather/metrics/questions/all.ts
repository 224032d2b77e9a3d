/** Every question a scan asks a Prometheus; each group keeps its own list. */
import { appQuestions } from './app.ts'
import { bdrQuestions } from './bdr.ts'
import { irpQuestions } from './irp.ts'
import { logQuestions } from './log.ts'
import { monQuestions } from './mon.ts'
import { prvQuestions } from './prv.ts'
import type { Question } from './question.ts'

export const questions: readonly Question[] = [
  ...bdrQuestions,
  ...appQuestions,
  ...logQuestions,
  ...monQuestions,
  ...prvQuestions,
  ...irpQuestions,
]
