/** Which sources a scan looks at, by what it is given. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import { fileSources } from '../evidence.ts'
import type { GatherOptions } from './gather-options.ts'

/** Tells which sources a scan of files with these options looks at. */
export function sourcesGiven(options: GatherOptions): ReadonlySet<EvidenceSource> {
  const {
    databases = [],
    probes = [],
    doors = [],
    metrics = [],
    logs = [],
    hubs = [],
    attestations,
  } = options
  const live: readonly (readonly [EvidenceSource, boolean])[] = [
    ['postgres', databases.length + probes.length > 0],
    ['http', doors.length > 0],
    ['metrics', metrics.length + logs.length > 0],
    ['aws', hubs.length > 0],
    ['attestation', attestations !== undefined],
  ]
  return new Set([...fileSources, ...live.filter(([, isGiven]) => isGiven).map(([source]) => source)])
}

/** Tells whether a scan is given anything that lives. */
export function isLiveGiven(options: GatherOptions): boolean {
  return sourcesGiven(options).size > fileSources.length
}
