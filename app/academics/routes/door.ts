/** What the routes of this service share: their parts, the caller as a reader, and crossings of a tenant. */
import type { Sdk } from '#sdk'
import type { Request } from 'express'
import type { FaultBoard } from '../../../lib/faults.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { principalOf } from '../../door/authenticate.ts'
import { AcademicsError } from '../errors.ts'
import type { LedgerReader } from '../ledger.ts'
import type { Reader, RecordStore } from '../store/records.ts'

export interface AcademicsDoor {
  readonly sdk: Sdk
  readonly records: RecordStore
  readonly ledger: LedgerReader
  /** True while the appliance runs on demo data: events say so. */
  readonly synthetic: boolean
  readonly faults: FaultBoard
}

/** Names the verified caller of a request to the database. */
export function readerOf({ sdk, synthetic }: AcademicsDoor, request: Request): Reader {
  const { tenant, account, role } = principalOf(request)
  return { tenant, account, role, traceId: sdk.traceId(), synthetic }
}

/** Waits for an answer of the store; a connection turned to another tenant is counted and answers nothing. */
export async function answered<T>(door: AcademicsDoor, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof AcademicsError && error.code === 'ACADEMICS_TENANT_MISMATCH') {
      throw foreignId(door, 'setting', error)
    }
    throw error
  }
}

type Crossing = 'path' | 'row' | 'setting'

/** Counts a crossing of a tenant. */
export function countCrossing({ sdk }: AcademicsDoor, kind: Crossing): void {
  sdk.counter('cross_tenant_denied_total').inc({ service: 'academics', kind })
}

/** Counts a crossing of a tenant and writes the refusal that an unknown id gets, too. */
export function foreignId(door: AcademicsDoor, kind: Crossing, cause?: Error): Refusal {
  countCrossing(door, kind)
  return new Refusal('not_found', { cause })
}
