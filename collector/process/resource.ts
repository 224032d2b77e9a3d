/** The `resource` processor: changes the attributes of resources, of whatever signal. */
import { createActions, type AttributeAction } from './attribute-actions.ts'
import type { Batch } from './model.ts'
import type { Processor } from './processor.ts'

/**
 * Creates the processor.
 *
 * @param actions in the order in which they are carried out
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function createResource(actions: readonly AttributeAction[]): Processor {
  const apply = createActions(actions)
  const change = <T>(batch: Batch<T>): Batch<T> => {
    for (const { resource } of batch) apply(resource.attributes)
    return batch
  }
  return { traces: change, logs: change, metrics: change }
}
