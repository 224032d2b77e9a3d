/** Panels that break a rule for a reason. An exclusion nothing needs any more is a fault itself. */
import type { DashboardUid } from '../../contracts/dashboards.ts'
import type { RuleName } from './rules.ts'

export interface Exclusion {
  readonly rule: RuleName
  readonly dashboard: DashboardUid
  readonly panel: string
  readonly reason: string
}

const wholePlatform = 'the platform dashboard counts alerts of the whole house, not of a tenant'

export const exclusions: readonly Exclusion[] = [
  { rule: 'target-tenant', dashboard: 'campanile-platform', panel: 'Alerts firing', reason: wholePlatform },
  {
    rule: 'target-tenant',
    dashboard: 'campanile-platform',
    panel: 'Alerts by severity',
    reason: wholePlatform,
  },
]
