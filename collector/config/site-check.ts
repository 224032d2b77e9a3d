/** Checks what only the configuration and the appliance file show together. */
import { ConfigError } from '../../lib/config.ts'
import type { Appliance } from './appliance.ts'
import { pointer } from './component.ts'
import type { CollectorConfig } from './config.ts'
import type { Plan } from './plan.ts'
import { isLoopback, isLoopbackHost, targetsOf } from './targets.ts'

/** What is wrong at a place of the configuration, as what was expected. */
interface Wrong {
  readonly at: string
  readonly expected: string
}

/**
 * Holds a configuration against the policy of the site.
 *
 * @throws ConfigError with every fault
 */
export function checkSite({ plan, faultAt }: CollectorConfig, { privacy }: Appliance): void {
  const faults = leavesUnfenced(plan, privacy).map(({ at, expected }) => faultAt(at, expected))
  if (faults.length > 0) throw new ConfigError(faults)
}

/** A fence that changes nothing is for data of nobody, or for data that stays on this machine. */
function leavesUnfenced(
  { exporters }: Plan,
  { mode = 'enforce', synthetic_only }: Appliance['privacy'],
): Wrong[] {
  if (mode === 'enforce' || synthetic_only === true) return []
  const expected = `an address of this machine while privacy.mode is ${mode}: write mode: enforce, or synthetic_only: true where no data is of real people`
  return exporters.flatMap((exporter) =>
    keysThatLeave(exporter).map((key) => ({ at: pointer('exporters', exporter.id, key), expected })),
  )
}

function keysThatLeave(exporter: Plan['exporters'][number]): string[] {
  // A page that listens to other machines is read by them.
  if (exporter.type === 'prometheus')
    return isLoopbackHost(exporter.settings.endpoint.host) ? [] : ['endpoint']
  return targetsOf(exporter)
    .filter(({ address }) => !isLoopback(address))
    .map(({ key }) => key)
}
