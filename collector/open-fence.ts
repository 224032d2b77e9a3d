/** Opens the fence: over the model, and over the bytes. */
import { createFence } from '../privacy/fence.ts'
import { typeOf } from './config/component.ts'
import { fenceOptions, metricFenceOptions, type FenceParts } from './fence-options.ts'
import type { GateOptions } from './graph/gate.ts'
import { BlockedKeyList } from './process/blocked-keys.ts'
import { createRedactor, type Redactor } from './process/redact.ts'
import { FieldJudge } from './splice/field-judge.ts'
import { LogSplicer } from './splice/splice-logs.ts'
import { TraceSplicer } from './splice/splice-traces.ts'

export interface OpenFenceParts extends FenceParts {
  /** True while a drill has one rule off. */
  readonly isLapsed: () => boolean
  /** Whether span metrics want spans as they go by. */
  readonly isObserved: boolean
}

type GateFence = Pick<GateOptions, 'redactor' | 'splicers' | 'isLapsed'>

export interface OpenFence {
  /**
   * The fence before the pipelines of a receiver: what pages send may say less, as anybody may script a page.
   *
   * @param isPage whether it is for pages that send to a receiver of programs
   */
  readonly of: (receiver: string, isPage?: boolean) => GateFence
  /** The keys that were taken away last. */
  readonly blockedKeys: BlockedKeyList['list']
  /** What has counts to report. */
  readonly parts: readonly Pick<Redactor, 'report'>[]
}

/** Opens the fence; over the bytes there is one for each signal, which remembers for itself. */
export function openFence(parts: OpenFenceParts): OpenFence {
  const { isLapsed, isObserved } = parts
  const keys = new BlockedKeyList()
  const options = fenceOptions(parts)
  // What is remembered by bytes need not be remembered by text too.
  const judge = () =>
    new FieldJudge((count, blocked) => createFence({ ...options, remembered: 1_024, count, blocked }))
  const day = () => Math.floor(Date.now() / 86_400_000)
  const pages = createRedactor(
    (count) =>
      createFence({ ...options, audience: 'browsers', remembered: 4_096, count, blocked: keys.note }),
    isLapsed,
  )
  const items = createRedactor((count) => createFence({ ...options, count, blocked: keys.note }), isLapsed)
  const figures = createRedactor(
    (count) => createFence({ ...metricFenceOptions(parts), count, blocked: keys.note }),
    isLapsed,
  )
  const redactor: GateFence['redactor'] = { ...items, metrics: figures.metrics }
  const splicers = {
    traces: new TraceSplicer({ judge: judge(), day, isObserved, onBlocked: keys.note }),
    logs: new LogSplicer({ judge: judge(), day, onBlocked: keys.note }),
  }
  return {
    // The fence over the bytes is that of programs.
    of: (receiver, isPage = typeOf(receiver) === 'faro') =>
      isPage ? { redactor: pages, isLapsed } : { redactor, splicers, isLapsed },
    blockedKeys: () => keys.list(),
    parts: [items, figures, pages, splicers.traces, splicers.logs],
  }
}
