/** What the console has found out about the house at one moment; the judge makes rows of it. */
import type { Known } from '../sources/shapes.ts'

export interface FiringAlert {
  readonly name: string
  readonly severity: string
  readonly service?: string
  readonly tenant?: string
  readonly component?: string
}

export interface TenantFigures {
  readonly tenant: string
  readonly requestsPerSecond?: number
  /** Of all requests, those that ended 5xx; 0 to 1. */
  readonly errorRatio?: number
  readonly p95Seconds?: number
  readonly checkpointAgeSeconds?: number
  /** False when the ledger's last check of this tenant's log failed. */
  readonly isLogVerified?: boolean
  /** How long ago the ledger last finished checking this tenant's log. */
  readonly verifiedAgeSeconds?: number
  /** Least error budget that is left over the services, 1 is all of it. */
  readonly budgetLeft?: number
}

export interface MetricsView {
  /** By job. */
  readonly up: ReadonlyMap<string, boolean>
  /** By component, as the supervisor's own metric says. */
  readonly componentUp: ReadonlyMap<string, boolean>
  readonly databaseUp?: boolean
  readonly alerts: readonly FiringAlert[]
  readonly tenants: readonly TenantFigures[]
}

export interface SupervisedComponent {
  readonly name: string
  readonly state: string
  readonly reason?: string
  readonly restarts: number
}

/** Answer of a component's own health page. */
export type HealthAnswer =
  | { readonly status: 'ok' }
  | { readonly status: 'unready'; readonly reason: string }
  | { readonly status: 'away'; readonly reason: string }

export interface Observed {
  readonly metrics: Known<MetricsView>
  readonly supervisor: Known<readonly SupervisedComponent[]>
  /** By component; asked only while Prometheus or the supervisor is away. */
  readonly health: ReadonlyMap<string, HealthAnswer>
}
