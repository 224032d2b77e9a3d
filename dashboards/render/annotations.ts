/** What is marked on the charts of every dashboard. */
import type { Dashboard } from '../model.ts'
import { gauge, increase, is, like, not, sumBy } from '../promql/compose.ts'

export interface Annotation {
  readonly name: string
  readonly expr: string
  readonly color: string
  readonly title: string
  readonly text: string
  /** Labels shown as tags, divided by commas. */
  readonly tags: string
}

/** Lists the marks of a dashboard: alerts of the chosen tenants and of none, restarts, drills. */
export function annotationsOf(dashboard: Dashboard): readonly Annotation[] {
  const byTenant = dashboard.variables.some(({ name }) => name === 'tenant')
  const firing = { alertstate: is('firing'), severity: not('none') }
  return [
    {
      name: 'Alerts',
      expr: gauge('ALERTS', byTenant ? { ...firing, tenant: like('$tenant|') } : firing),
      color: 'red',
      title: '{{alertname}}',
      text: '{{severity}} {{service}} {{tenant}}',
      tags: 'severity,area',
    },
    {
      name: 'Restarts',
      expr: `${sumBy(['component'], increase('component_restarts_total'))} > 0`,
      color: 'orange',
      title: 'Restart',
      text: '{{component}}',
      tags: 'component',
    },
    {
      name: 'Drills',
      expr: `max by (fault, service) (${gauge('fault_active')}) > 0`,
      color: 'purple',
      title: 'Drill',
      text: '{{fault}} in {{service}}',
      tags: 'fault',
    },
  ]
}
