/** Where loads go: the joints of the graph. */
import type { Dispatch } from './dispatch.ts'
import type { Exporter } from './exporter.ts'
import type { Load, LoadSignal } from './load.ts'

/** A pipeline, an exporter or a connector, to whoever stands before it. */
export interface Outlet<S extends LoadSignal = LoadSignal> {
  /** Works out what becomes of a load, without waiting; what has to be done for it goes into the dispatch. */
  readonly route: (load: Load<S>, dispatch: Dispatch) => void
}

/** Where the loads of each signal go; a signal that is absent goes nowhere. */
export type Outlets = { readonly [S in LoadSignal]?: Outlet<S> }

/** Makes one outlet of several; each is given the same load. */
export function fanOut<S extends LoadSignal>(outlets: readonly Outlet<S>[]): Outlet<S> {
  const [first, ...others] = outlets
  if (first !== undefined && others.length === 0) return first
  return {
    route: (load, dispatch) => {
      for (const outlet of outlets) outlet.route(load, dispatch)
    },
  }
}

/** Makes an outlet of an exporter. */
export function exporterOutlet(exporter: Exporter): Outlet {
  return { route: (load, dispatch) => dispatch.deliver(exporter, load) }
}
