/**
 * Waivers: somebody answers for a failure until a day. A waiver takes a failure out of the gate and never out of the
 * report; when its day has passed the failure counts again.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import type { ItemSeverity } from '../contracts/posture.ts'
import { ConfigError, jsonFile, type ConfigFault } from '../lib/config.ts'

const day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const words = (minLength: number) => Type.String({ minLength, maxLength: 500 })

const Waiver = Type.Object(
  {
    control: Type.String({ pattern: '^[A-Z]{3}-\\d{2}$' }),
    /** Address of one resource, e.g. `service.gateway`; without it every failure of the control. */
    resource: Type.Optional(words(1)),
    /** End of the path of the file it stands in, where an address alone is not enough. */
    file: Type.Optional(words(1)),
    owner: words(2),
    /** Somebody else than the owner. */
    approver: words(2),
    /** Why it is accepted. */
    reason: words(10),
    /** What protects instead. */
    compensating: words(10),
    granted: day,
    /** Last day it holds. */
    expires: day,
  },
  { additionalProperties: false },
)
export type Waiver = Static<typeof Waiver>

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

/** True on every day up to the one it expires. */
export function isActive({ expires }: Waiver, nowMillis: number): boolean {
  return nowMillis < Date.parse(expires) + 86_400_000
}
