/** The collector's one fault: a rule of the fence is off for the drill's tenant. Everything it holds is made up. */
import type winston from 'winston'
import { createFaultBoard, type FaultBoard } from '../lib/faults.ts'
import type { Telemetry } from './telemetry.ts'

/** Creates the switch, off; whoever has no list of tokens mounts no route to it. */
export function openFaults(log: winston.Logger, telemetry: Telemetry): FaultBoard {
  const service = 'collector'
  telemetry.set('fault_active', { service, fault: 'pii-leak' }, 0)
  return createFaultBoard({
    service,
    faults: ['pii-leak'],
    onChange: ({ fault, active, seconds }) => {
      telemetry.set('fault_active', { service, fault }, active ? 1 : 0)
      if (seconds === undefined) log.warn('fault ended', { fault })
      else log.warn('fault switched on', { fault, seconds })
    },
  })
}
