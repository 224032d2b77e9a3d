/** A checked configuration. */
import type { Static } from 'typebox'
import type { Section, Service } from './components.ts'

export type ServiceConfig = Static<typeof Service>

export interface CollectorConfig {
  /** Component bodies by section and id, checked. */
  readonly components: Readonly<Record<Section, ReadonlyMap<string, unknown>>>
  readonly service: ServiceConfig
  readonly warnings: readonly string[]
}
