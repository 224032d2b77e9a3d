/** What a configuration asks for, checked and with every default filled in: what the collector is wired from. */
import type { catalogue } from './catalogue.ts'
import type { Component, Section, Signal } from './component.ts'
import type { ServiceSettings } from './service.ts'

type Planned<C> =
  C extends Component<Section, infer Type, infer Settings>
    ? { readonly id: string; readonly type: Type; readonly settings: Settings }
    : never

/** One component that is in use; `type` tells what its settings are. */
export type PlannedOf<S extends Section> = Planned<(typeof catalogue)[S][number]>

export interface PipelinePlan {
  readonly id: string
  readonly signal: Signal
  /** Ids of receivers, or of connectors that give the signal. */
  readonly receivers: readonly string[]
  /** Ids of processors, in order. */
  readonly processors: readonly string[]
  /** Ids of exporters, or of connectors that take the signal. */
  readonly exporters: readonly string[]
}

/**
 * Settings have upstream's keys in camelCase, durations in milliseconds and addresses as host and port. Components
 * that no pipeline and no extension list uses are not here.
 */
export interface Plan {
  readonly receivers: readonly PlannedOf<'receivers'>[]
  readonly processors: readonly PlannedOf<'processors'>[]
  readonly connectors: readonly PlannedOf<'connectors'>[]
  readonly exporters: readonly PlannedOf<'exporters'>[]
  readonly extensions: readonly PlannedOf<'extensions'>[]
  /** A pipeline comes after those that feed it through connectors. */
  readonly pipelines: readonly PipelinePlan[]
  readonly telemetry: ServiceSettings['telemetry']
}
