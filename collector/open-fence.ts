/** Opens the fence: over the model, and over the bytes. */
import { createFence } from '../privacy/fence.ts'
import { fenceOptions, type FenceParts } from './fence-options.ts'
import type { GateOptions } from './graph/gate.ts'
import { createRedactor } from './process/redact.ts'
import { FieldJudge } from './splice/field-judge.ts'
import { LogSplicer } from './splice/splice-logs.ts'
import { TraceSplicer } from './splice/splice-traces.ts'

export interface OpenFenceParts extends FenceParts {
  /** True while a drill has one rule off. */
  readonly isLapsed: () => boolean
  /** Whether span metrics want spans as they go by. */
  readonly isObserved: boolean
}

/** Opens the fence; over the bytes there is one for each signal, which remembers for itself. */
export function openFence(parts: OpenFenceParts): Pick<GateOptions, 'redactor' | 'splicers' | 'isLapsed'> {
  const { isLapsed, isObserved } = parts
  const options = fenceOptions(parts)
  // What is remembered by bytes need not be remembered by text too.
  const judge = () => new FieldJudge((count) => createFence({ ...options, remembered: 1_024, count }))
  const day = () => Math.floor(Date.now() / 86_400_000)
  return {
    redactor: createRedactor((count) => createFence({ ...options, count }), isLapsed),
    splicers: {
      traces: new TraceSplicer({ judge: judge(), day, isObserved }),
      logs: new LogSplicer({ judge: judge(), day }),
    },
    isLapsed,
  }
}
