/** The dashboards by uid: alerts point to them, the generator builds them, the console and Grafana show them. */
export const dashboards = {
  'campanile-application': 'Application performance',
  'campanile-slo': 'Service levels and error budgets',
  'campanile-activity': 'Campus activity',
  'campanile-infrastructure': 'Infrastructure',
  'campanile-ledger': 'Ledger and privacy',
  'campanile-platform': 'Platform health',
} as const
export type DashboardUid = keyof typeof dashboards
