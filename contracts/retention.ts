/**
 * How long the side store keeps what an entry says, by class. The record of disclosures lives as long as the
 * student's record (34 CFR 99.32(a)(2)); everything else by house policy, which a tenant may set for itself.
 */
import Type, { type Static } from 'typebox'

/** Classes whose entries are kept for a time, and what a tenant without a policy of its own keeps them for. */
export const defaultKeepDays = {
  // 3, 7 and 7 years, with their leap days.
  access: 1_096,
  admin: 2_557,
  security: 2_557,
} as const
export type TimedClass = keyof typeof defaultKeepDays

/** Name of the policy of a tenant that has set none. */
export const defaultPolicyVersion = 'house'

/** Most numbers of one event: two for each run of entries. */
export const maxRunNumbers = 4_000

/** Why what an entry said is no longer there, as an export states it. */
export const Gone = Type.Object(
  {
    cause: Type.Unsafe<'erasure' | 'retention'>({ type: 'string', enum: ['erasure', 'retention'] }),
    /** Of a retention: id of the event that lists the entry. An erasure is not traced to its certificate. */
    event: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
    ),
  },
  { additionalProperties: false },
)
export type Gone = Static<typeof Gone>

/** Writes ascending indices as runs: start, exclusive end, start, exclusive end … */
export function runsOf(indices: readonly number[]): number[] {
  const runs: number[] = []
  for (const index of indices) {
    if (runs.at(-1) === index) runs[runs.length - 1] = index + 1
    else runs.push(index, index + 1)
  }
  return runs
}

/** Tells whether runs hold an index; runs that are malformed hold nothing beyond their sound pairs. */
export function isInRuns(runs: readonly number[], index: number): boolean {
  let low = 0
  let high = Math.floor(runs.length / 2)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((runs[2 * middle + 1] ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return (runs[2 * low] ?? Number.POSITIVE_INFINITY) <= index && index < (runs[2 * low + 1] ?? 0)
}
