/** Switching faults on and off, and asking whether the appliance is fit for a drill. */
import Type from 'typebox'
import { FaultStatus, type FaultName } from '../../contracts/faults.ts'
import { messageOf } from '../../lib/errors.ts'
import { DrillError } from '../errors.ts'
import { reader, send } from './http.ts'

const readStatus = reader(FaultStatus)
const readAppliance = reader(Type.Object({ state: Type.String() }))

export interface SwitchOptions {
  /** Base address of the process. */
  readonly url: string
  readonly token: string
  readonly fault: FaultName
}

/** Switches a fault on; it ends by itself after so many seconds. @throws DrillError DRILL_UNREACHABLE */
export async function switchOn({ url, token, fault }: SwitchOptions, seconds: number): Promise<void> {
  const status = await readStatus(request(url, token, { fault, active: true, seconds }))
  const isActive = status.faults.some((each) => each.fault === fault && each.active)
  if (!isActive) throw new DrillError('DRILL_UNREACHABLE', `${status.service} did not switch ${fault} on`)
}

/** Switches a fault off. @throws DrillError DRILL_UNREACHABLE */
export async function switchOff({ url, token, fault }: SwitchOptions): Promise<void> {
  await readStatus(request(url, token, { fault, active: false }))
}

function request(url: string, token: string, body: unknown) {
  return {
    who: `${url}/faults`,
    url: `${url}/faults`,
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/**
 * Makes sure that the appliance is up and runs on demo data: without it there is no switch.
 *
 * @throws DrillError DRILL_NOT_POSSIBLE
 */
export async function checkAppliance(supervisor: string, token: string): Promise<void> {
  const { state } = await readAppliance({ who: 'the supervisor', url: `${supervisor}/status.json` }).catch(
    (cause: unknown) => {
      const reason = `expected an appliance that runs here, as ./campanile up starts one: ${messageOf(cause)}`
      throw new DrillError('DRILL_NOT_POSSIBLE', reason, { cause })
    },
  )
  if (state !== 'ready' && state !== 'degraded') {
    throw new DrillError('DRILL_NOT_POSSIBLE', `the appliance is ${state}, expected ready`)
  }
  const headers = { authorization: `Bearer ${token}` }
  const { status } = await send({ who: 'the supervisor', url: `${supervisor}/faults`, headers })
  if (status === 404) {
    throw new DrillError(
      'DRILL_NOT_POSSIBLE',
      'the appliance runs without demo data, expected ./campanile up',
    )
  }
  if (status !== 200) {
    throw new DrillError('DRILL_NOT_POSSIBLE', `the supervisor answered ${status} to the drill's token`)
  }
}
