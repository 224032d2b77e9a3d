/** What a rule found, as data: all faults of all dashboards are reported at once. */
import type { DashboardView, PanelView, TargetView } from './view.ts'

export interface Fault {
  readonly rule: string
  readonly dashboard: string
  /** Title of the panel or name of the variable, where there is one. */
  readonly where?: string
  readonly refId?: string
  readonly found: string
}

/** What a rule says: where and what, without its own name. */
export type Finding = Omit<Fault, 'rule' | 'dashboard'>

/** Looks at one dashboard. */
export type Rule = (dashboard: DashboardView) => readonly Finding[]

/** A fault about a panel. */
export const ofPanel = (panel: PanelView, found: string): Finding => ({ where: panel.title, found })

/** A fault about one query of a panel. */
export const ofTarget = (panel: PanelView, target: TargetView, found: string): Finding => ({
  where: panel.title,
  refId: target.refId,
  found,
})
