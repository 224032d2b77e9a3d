/** Reads the waivers file of a house. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import type { ItemSeverity } from '../contracts/posture.ts'
import { ConfigError, jsonFile, type ConfigFault } from '../lib/config.ts'
import { Waiver } from './score/waiver.ts'

const Waivers = Type.Object(
  { version: Type.Literal(1), waivers: Type.Array(Waiver, { maxItems: 500 }) },
  { additionalProperties: false },
)

/** Where the waivers of this house stand. */
export const waiversPath = join(import.meta.dirname, 'waivers.yaml')

/** Longest life of a waiver in days, by the severity of what it waives. */
function longestDays(severity: ItemSeverity | undefined): number {
  return severity === 'critical' ? 30 : 180
}

/**
 * Reads and checks a waivers file; a file that is not there holds none.
 *
 * @param severities of the items that can be waived, by id
 * @throws ConfigError with every fault
 */
export function readWaivers(path: string, severities: ReadonlyMap<string, ItemSeverity>): Waiver[] {
  if (!existsSync(path)) return []
  const { waivers } = jsonFile('waivers', Waivers).read(path)
  const faults = waivers.flatMap((waiver, index) =>
    faultsOf(waiver, severities).map(([key, expected]): ConfigFault => ({
      source: path,
      key: `waivers.${index}.${key}`,
      expected,
    })),
  )
  if (faults.length > 0) throw new ConfigError(faults)
  return waivers
}

function faultsOf(waiver: Waiver, severities: ReadonlyMap<string, ItemSeverity>): [string, string][] {
  const faults: [string, string][] = []
  const severity = severities.get(waiver.control)
  if (severity === undefined) faults.push(['control', `an item of the checklist, found ${waiver.control}`])
  if (waiver.approver.trim().toLowerCase() === waiver.owner.trim().toLowerCase()) {
    faults.push(['approver', 'somebody else than the owner'])
  }
  const days = (Date.parse(waiver.expires) - Date.parse(waiver.granted)) / 86_400_000
  const longest = longestDays(severity)
  if (!(days >= 0 && days <= longest)) {
    faults.push(['expires', `a day at most ${longest} days after granted, found ${days}`])
  }
  return faults
}
