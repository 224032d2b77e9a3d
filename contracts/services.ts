/** The processes of the appliance that emit signals, by the name they carry in every label and log line. */
export const services = [
  'gateway',
  'users',
  'academics',
  'booking',
  'ledger',
  'collector',
  'traffic',
  'supervisor',
  'console',
  'heartbeat',
  'compliance',
] as const
export type Service = (typeof services)[number]

/** Who may hold a session in the campus app. */
export const roles = [
  'student',
  'parent',
  'faculty',
  'staff',
  'registrar',
  'admin',
  'auditor',
  'operator',
] as const
export type Role = (typeof roles)[number]

/** Tenants of the demo; `drill` is the only one that destructive drills may touch. */
export const demoTenants = ['university_a', 'university_b', 'drill'] as const

/** Tenant of the ledger's log in which the house keeps what it does itself; nobody logs in to it. */
export const houseTenant = 'campanile'

/** A tenant's name: also a label value, a log origin part and a `set_config` argument, hence this short alphabet. */
export const tenantPattern = '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'
