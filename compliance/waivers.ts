/** Reads the waivers file of a house. */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
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

const checkout = dirname(import.meta.dirname)

/**
 * Finds the waivers for a scan of paths where nobody named any: those of this house for what stands in its checkout.
 * What others build nobody here answers for.
 */
export function waiversOf(paths: readonly string[]): string | undefined {
  const root = realOf(checkout)
  return paths.every((path) => `${realOf(path)}${sep}`.startsWith(`${root}${sep}`)) ? waiversPath : undefined
}

/** A path that is not there is told by whoever reads it. */
function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** How far ahead of ours the day of whoever grants a waiver may be, in milliseconds: a time zone. */
const zoneMillis = 86_400_000

/** Longest life of a waiver in days, by the severity of what it waives. */
function longestDays(severity: ItemSeverity | undefined): number {
  return severity === 'critical' ? 30 : 180
}

export interface WaiverRules {
  /** Severities of the items that can be waived, by id. */
  readonly severities: ReadonlyMap<string, ItemSeverity>
  readonly nowMillis: number
}

/**
 * Reads and checks a waivers file; no file, or one that is not there, holds none.
 *
 * @throws ConfigError with every fault
 */
export function readWaivers(path: string | undefined, rules: WaiverRules): Waiver[] {
  if (path === undefined || !existsSync(path)) return []
  const { waivers } = jsonFile('waivers', Waivers).read(path)
  const faults = waivers.flatMap((waiver, index) =>
    waiverFaults(waiver, rules).map(([key, expected]): ConfigFault => ({
      source: path,
      key: `waivers.${index}.${key}`,
      expected,
    })),
  )
  if (faults.length > 0) throw new ConfigError(faults)
  return waivers
}

/** Says by its key what is wrong with a waiver. */
export function waiverFaults(waiver: Waiver, { severities, nowMillis }: WaiverRules): [string, string][] {
  const faults: [string, string][] = []
  const severity = severities.get(waiver.control)
  if (severity === undefined) faults.push(['control', `an item of the checklist, found ${waiver.control}`])
  if (waiver.approver.trim().toLowerCase() === waiver.owner.trim().toLowerCase()) {
    faults.push(['approver', 'somebody else than the owner'])
  }
  if (Date.parse(waiver.granted) > nowMillis + zoneMillis) {
    faults.push(['granted', `a day that has come, found ${waiver.granted}`])
  }
  const days = (Date.parse(waiver.expires) - Date.parse(waiver.granted)) / 86_400_000
  const longest = longestDays(severity)
  if (!(days >= 0 && days <= longest)) {
    faults.push(['expires', `a day at most ${longest} days after granted, found ${days}`])
  }
  return faults
}
