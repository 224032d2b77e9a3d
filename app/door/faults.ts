/** The fault switches of a service of the app: its gauge, its log lines, and the routes while demo data is on. */
import type { Sdk } from '#sdk'
import type { Express } from 'express'
import type { FaultName } from '../../contracts/faults.ts'
import { createFaultBoard, mountFaults, type FaultBoard, type FaultChange } from '../../lib/faults.ts'
import type { AppService } from './authenticate.ts'
import type { ServiceSettings } from './settings.ts'

/** Where the switches are; open to the caller check, because they ask for a service token of their own. */
export const faultsPath = '/faults'

export interface ServiceFaultOptions {
  readonly sdk: Pick<Sdk, 'gauge' | 'log'>
  readonly service: AppService
  readonly faults: readonly FaultName[]
  readonly settings: Pick<ServiceSettings, 'demo' | 'tokens'>
  /** Told as a fault begins and as it ends. */
  readonly onChange?: ((change: FaultChange) => void) | undefined
}

/** Creates the switches, and mounts them where the appliance runs on demo data. */
export function serviceFaults(app: Express, options: ServiceFaultOptions): FaultBoard {
  const { sdk, service, faults, settings, onChange } = options
  const gauge = sdk.gauge('fault_active')
  const board = createFaultBoard({
    service,
    faults,
    onChange: (change) => {
      const { fault, active, seconds } = change
      gauge.set({ service, fault }, active ? 1 : 0)
      if (seconds === undefined) sdk.log.warn('fault ended', { fault })
      else sdk.log.warn('fault switched on', { fault, timeoutMillis: seconds * 1_000 })
      onChange?.(change)
    },
  })
  if (!settings.demo) return board
  for (const fault of faults) gauge.set({ service, fault }, 0)
  mountFaults(app, { board, tokens: settings.tokens ?? [] })
  return board
}
