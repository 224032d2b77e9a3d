/** Runs the memory limiters of the plan, and tells which receivers they close. */
import { memoryLimits } from './config/settings.ts'
import type { PipelinePlan, Plan } from './config/plan.ts'
import { watchMemory } from './memory.ts'

export interface Limiters {
  /** True while a limiter is shut that stands in a pipeline of the receiver, or in one that those feed. */
  readonly isLimited: (receiver: string) => boolean
  readonly isAnyLimited: () => boolean
  /** Bytes of requests that are read or worked on at once. */
  readonly roomBytes: number
  readonly stop: () => void
}

/**
 * Of the smallest limit. A request takes its bytes several times over while it is worked on, and the collector of
 * garbage is behind: with four times as much, ten times the load went beyond 300 MiB with a limit of 256.
 */
const roomShare = 1 / 64
const leastRoomBytes = 2 * 2 ** 20
/** Where nothing is limited. */
const usualRoomBytes = 64 * 2 ** 20

/** Starts them. */
export function startLimiters(plan: Plan): Limiters {
  const limits = plan.processors.flatMap((planned) =>
    planned.type === 'memory_limiter' ? [memoryLimits(planned).limitBytes * roomShare] : [],
  )
  const watches = new Map(
    plan.processors.flatMap((planned) =>
      planned.type === 'memory_limiter' ? [[planned.id, watchMemory(memoryLimits(planned))] as const] : [],
    ),
  )
  const ofReceiver = new Map(
    plan.receivers.map(({ id }) => [
      id,
      reachedFrom(id, plan.pipelines).flatMap(({ processors }) =>
        processors.flatMap((processor) => watches.get(processor) ?? []),
      ),
    ]),
  )
  return {
    isLimited: (receiver) => ofReceiver.get(receiver)?.some((watch) => watch.isLimited()) === true,
    isAnyLimited: () => watches.values().some((watch) => watch.isLimited()),
    roomBytes: limits.length === 0 ? usualRoomBytes : Math.max(leastRoomBytes, Math.min(...limits)),
    stop: () => {
      for (const watch of watches.values()) watch.stop()
    },
  }
}

/** Pipelines that begin with a receiver, and those that connectors join to them. */
function reachedFrom(receiver: string, pipelines: readonly PipelinePlan[]): readonly PipelinePlan[] {
  const reached = new Set<PipelinePlan>()
  const visit = (id: string) => {
    for (const pipeline of pipelines) {
      if (!pipeline.receivers.includes(id) || reached.has(pipeline)) continue
      reached.add(pipeline)
      pipeline.exporters.forEach(visit)
    }
  }
  visit(receiver)
  return [...reached]
}
