/** Processor `memory_limiter`: refuses early, so that what was taken can be finished. */
import { defineComponent } from '../component.ts'
import { block, optional, required } from '../shape.ts'
import { integer, positiveDuration } from '../values.ts'

const gc = 'leave it out: the runtime collects garbage by itself'

export const memoryLimiter = defineComponent('processors', 'memory_limiter', {
  says: 'Answers senders with a retryable error while memory is short.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      check_interval: required(positiveDuration, 'Time between looks at memory; at least 100 ms is used.'),
      limit_mib: optional(integer(32, 65_536), 'Most MiB of heap and buffers; goes before limit_percentage.'),
      spike_limit_mib: optional(
        integer(0, 65_536),
        'MiB that may come between two looks: beyond limit less spike, requests are refused. A fifth of the limit if absent.',
      ),
      limit_percentage: optional(
        integer(1, 100),
        'The limit as percent of the machine’s or container’s memory.',
      ),
      spike_limit_percentage: optional(integer(1, 100), 'The spike as percent of that memory.'),
    },
    { min_gc_interval_when_soft_limited: gc, min_gc_interval_when_hard_limited: gc },
  ),
  check: ({ limitMib, spikeLimitMib, limitPercentage, spikeLimitPercentage }, report) => {
    if (limitMib === undefined && limitPercentage === undefined)
      report('limit_mib', 'limit_mib or limit_percentage')
    if (limitMib !== undefined && (spikeLimitMib ?? 0) >= limitMib)
      report('spike_limit_mib', 'fewer MiB than limit_mib')
    if (limitPercentage !== undefined && (spikeLimitPercentage ?? 0) >= limitPercentage)
      report('spike_limit_percentage', 'less than limit_percentage')
  },
})
