/** Checks what only the configuration and the appliance file show together. */
import { ConfigError } from '../../lib/config.ts'
import { attributes } from '../../contracts/attributes.ts'
import type { AttributeSpec } from '../../contracts/attributes/define.ts'
import type { Appliance } from './appliance.ts'
import { pointer } from './component.ts'
import type { CollectorConfig } from './config.ts'
import { dimensionsOf } from './lint.ts'
import type { Plan } from './plan.ts'
import { isLoopback, isLoopbackHost, targetsOf } from './targets.ts'

const declared: ReadonlyMap<string, AttributeSpec> = new Map(Object.entries(attributes))

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
  const wrong = [...leavesUnfenced(plan, privacy), ...countsFew(plan, privacy)]
  const faults = wrong.map(({ at, expected }) => faultAt(at, expected))
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

/** A series for each value of a pseudonym is one of a person; of what a site allows only its owner knows whom it names. */
function countsFew({ connectors }: Plan, { allow = [] }: Appliance['privacy']): Wrong[] {
  const unanswered = new Set(allow.flatMap(({ key, label }) => (label === true ? [] : [key])))
  const groups = new Set(allow.flatMap(({ key, label }) => (label === true ? [key] : [])))
  return connectors.flatMap((connector) =>
    dimensionsOf(connector).flatMap(({ name, path }) => {
      const at = pointer('connectors', connector.id) + path
      if (declared.get(name)?.class === 'join')
        return [{ at, expected: `a key of more than one person, found ${name}, which is a pseudonym` }]
      if (groups.has(name) && connector.type !== 'span_metrics') {
        const expected = `span_metrics for ${name}, which names groups: only there what is of few people is kept back`
        return [{ at, expected }]
      }
      if (!unanswered.has(name)) return []
      const expected = `label: true at the allowance of ${name}, where no value names a group of fewer than five`
      return [{ at, expected }]
    }),
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
