/** Holds generated dashboards to the rules of Grafana's dashboard-linter and of this house, and counts the looks. */
import type { ClassicDashboard } from '../render/classic.ts'
import { exclusions, type Exclusion } from './exclusions.ts'
import type { Fault, Rule } from './fault.ts'
import { ruleNames, rules } from './rules.ts'
import { showsData, viewOf, type DashboardView } from './view.ts'

export interface LintReport {
  readonly faults: readonly Fault[]
  /** How much was looked at: a lint that looked at nothing finds nothing. */
  readonly looked: {
    readonly dashboards: number
    readonly panels: number
    readonly queries: number
    readonly rules: number
  }
}

/** Looks at every dashboard with every rule. */
export function lint(
  dashboards: readonly ClassicDashboard[],
  excluded: readonly Exclusion[] = exclusions,
): LintReport {
  const views = dashboards.map(viewOf)
  const found = views.flatMap(faultsOf)
  const isExcluded = (fault: Fault) => excluded.some((exclusion) => covers(exclusion, fault))
  const panels = views.flatMap((view) => view.panels.filter(showsData))
  return {
    faults: [
      ...found.filter((fault) => !isExcluded(fault)),
      ...repeatedUids(views),
      ...excluded.filter((exclusion) => !found.some((fault) => covers(exclusion, fault))).map(unneeded),
    ],
    looked: {
      dashboards: views.length,
      panels: panels.length,
      queries: panels.reduce((sum, { targets }) => sum + targets.length, 0),
      rules: ruleNames.length,
    },
  }
}

/** Writes a fault on one line. */
export function describeFault({ dashboard, where, refId, rule, found }: Fault): string {
  const place = [dashboard, where, refId].filter((part) => part !== undefined).join(' / ')
  return `${place}: ${rule}: ${found}`
}

function faultsOf(view: DashboardView): readonly Fault[] {
  return Object.entries<Rule>(rules).flatMap(([rule, look]) =>
    look(view).map((finding) => ({ rule, dashboard: view.uid, ...finding })),
  )
}

function covers({ rule, dashboard, panel }: Exclusion, fault: Fault): boolean {
  return rule === fault.rule && dashboard === fault.dashboard && panel === fault.where
}

function unneeded({ rule, dashboard, panel }: Exclusion): Fault {
  return { rule: 'exclusion-needed', dashboard, where: panel, found: `nothing to exclude from ${rule}` }
}

function repeatedUids(views: readonly DashboardView[]): readonly Fault[] {
  const uids = views.map(({ uid }) => uid)
  return uids
    .filter((uid, at) => uids.indexOf(uid) !== at)
    .map((dashboard) => ({ rule: 'dashboard-uid', dashboard, found: 'two dashboards with one uid' }))
}
