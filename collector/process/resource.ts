/** The `resource` processor: changes the attributes of resources, of whatever signal. */
import { createActions, type AttributeAction } from './attribute-actions.ts'
import type { Batch } from './model.ts'
import type { Processor } from './processor.ts'

export interface ResourceSettings {
  /** The actions, in the order in which they are carried out. */
  readonly attributes: readonly AttributeAction[]
}

/**
 * Creates the processor.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function createResource({ attributes }: ResourceSettings): Processor {
  const apply = createActions(attributes)
  const change = <T>(batch: Batch<T>): Batch<T> => {
    for (const { resource } of batch) apply(resource.attributes)
    return batch
  }
  return { traces: change, logs: change, metrics: change }
}
