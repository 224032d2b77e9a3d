/** Asks the running supervisor for its status. */
import { validator } from '../../../lib/validate.ts'
import type { Settings } from '../settings.ts'
import { ApplianceStatus } from '../supervise/status.ts'

const checkStatus = validator(ApplianceStatus)

/** Fetches the status of the appliance of this home; undefined when none answers. */
export async function fetchStatus({ ports, home }: Settings): Promise<ApplianceStatus | undefined> {
  const body = await fetch(`http://127.0.0.1:${ports.supervisor}/status.json`, {
    signal: AbortSignal.timeout(10_000),
  }).then(
    (response) => response.json() as Promise<unknown>,
    () => undefined,
  )
  const outcome = checkStatus(body)
  // Another home's appliance may have the port.
  return outcome.valid && outcome.value.home === home ? outcome.value : undefined
}
