/** The drills: what each breaks, what must ring then, and what must keep the house busy meanwhile. */
import { watchdogMissing, type AlertName } from '../contracts/alerts.ts'
import type { FaultName } from '../contracts/faults.ts'
import type { PortName } from '../contracts/ports.ts'
import type { Service } from '../contracts/services.ts'

/** How a fault is brought about: by a switch of a process, by what is sent to it, or by the database's superuser. */
export type Injection =
  | { readonly by: 'switch'; readonly fault: FaultName; readonly door: PortName }
  | { readonly by: 'flood' | 'stuffing' | 'tampering' }

/** What the drill's own people do from the baseline to the end. */
export type Load = 'calculations' | 'searches' | 'logins' | 'canaries' | 'none'

export type ExpectedAlert = AlertName | typeof watchdogMissing

export interface Drill {
  readonly name: string
  /** For people: what is broken. */
  readonly breaks: string
  readonly injection: Injection
  readonly load: Load
  /** Any of them counts: Alertmanager keeps a raw threshold quiet while the SLO alert says the same. */
  readonly expects: readonly ExpectedAlert[]
  /** Labels that the alert must carry. */
  readonly labels: { readonly tenant?: 'drill' | 'unknown'; readonly service?: Service }
}

export const drills: readonly Drill[] = [
  {
    name: 'gpa-500',
    breaks: 'every second calculation of the tenant fails',
    injection: { by: 'switch', fault: 'gpa-500', door: 'academics' },
    load: 'calculations',
    expects: ['TenantErrorRate', 'SloFastBurn'],
    labels: { tenant: 'drill', service: 'academics' },
  },
  {
    name: 'slow-sql',
    breaks: 'searches for rooms wait 0.75 s in the database',
    injection: { by: 'switch', fault: 'slow-sql', door: 'booking' },
    load: 'searches',
    expects: ['HighLatencyP95', 'SloFastBurn'],
    labels: { tenant: 'drill', service: 'booking' },
  },
  {
    name: 'pool-leak',
    breaks: 'connections of the pool are taken and never given back',
    injection: { by: 'switch', fault: 'pool-leak', door: 'booking' },
    load: 'none',
    expects: ['DatabasePoolExhausted'],
    labels: { service: 'booking' },
  },
  {
    name: 'credential-stuffing',
    breaks: 'somebody tries passwords of people who do not exist',
    injection: { by: 'stuffing' },
    load: 'none',
    expects: ['AuthFailureSpike'],
    // Names that nobody has belong to no tenant: the one in the request is whatever its sender wrote.
    labels: { tenant: 'unknown' },
  },
  {
    name: 'pii-leak',
    breaks: 'one rule of the fence is off for the tenant',
    injection: { by: 'switch', fault: 'pii-leak', door: 'collectorTelemetry' },
    load: 'canaries',
    expects: ['PiiCanaryLeak'],
    labels: { service: 'collector' },
  },
  {
    name: 'audit-down',
    breaks: 'the ledger refuses every event',
    injection: { by: 'switch', fault: 'audit-down', door: 'ledger' },
    load: 'logins',
    expects: ['AuditOutboxLag'],
    labels: {},
  },
  {
    name: 'collector-flood',
    breaks: 'a client fills the memory of the collector',
    injection: { by: 'flood' },
    load: 'none',
    expects: ['CollectorRefusing', 'CollectorDropping'],
    labels: { service: 'collector' },
  },
  {
    name: 'stop-alertmanager',
    breaks: 'Alertmanager is held down, so no alert arrives',
    injection: { by: 'switch', fault: 'stop-alertmanager', door: 'supervisor' },
    load: 'none',
    expects: [watchdogMissing],
    labels: { service: 'heartbeat' },
  },
  {
    name: 'tamper',
    breaks: 'a superuser rewrites what an entry of the ledger says',
    injection: { by: 'tampering' },
    load: 'logins',
    expects: ['LedgerChainBroken'],
    labels: { tenant: 'drill', service: 'ledger' },
  },
]
