/** The posture as gauges. */
import type { Sdk } from '#sdk'
import { complianceGroups } from '../contracts/metrics/compliance.ts'
import { itemSeverities, itemStates, type Posture } from '../contracts/posture.ts'

/** Publishes a posture; every series of a closed label set is written, so that none keeps an old value. */
export function publishPosture(sdk: Pick<Sdk, 'gauge'>, posture: Posture): void {
  const { score, frameworks, sources, previous } = posture
  const points = sdk.gauge('compliance_score')
  for (const bound of ['low', 'high', 'raw'] as const) points.set({ bound }, score[bound])
  // A score of another rule set does not compare: then there is no drop to speak of.
  const before = previous?.isComparable === true ? previous.low : score.low
  sdk.gauge('compliance_previous_score').set({}, before)
  sdk.gauge('compliance_coverage_ratio').set({}, score.coverageRatio)
  publishItems(sdk, posture)
  const controls = sdk.gauge('compliance_framework_controls')
  for (const framework of frameworks) {
    for (const state of ['pass', 'fail', 'unknown'] as const) {
      controls.set({ framework: framework.id, state }, framework[state])
    }
  }
  for (const { source, resources, faults } of sources) {
    sdk.gauge('compliance_resources').set({ source }, resources)
    sdk.gauge('compliance_gather_faults').set({ source }, faults)
  }
  sdk.gauge('compliance_scan_timestamp_seconds').set({}, Date.parse(posture.scannedAt) / 1_000)
  sdk.gauge('compliance_scan_duration_seconds').set({}, posture.durationMillis / 1_000)
}

/** As `compliance_item_state` says them. */
const stateNumbers = { 'not-applicable': 0, pass: 1, waived: 2, unknown: 3, fail: 4 } as const

function publishItems(sdk: Pick<Sdk, 'gauge'>, posture: Posture): void {
  const { items, outside, sources, unwatched, scannedAt } = posture
  const counts = sdk.gauge('compliance_items')
  const byLabels = Map.groupBy(items, ({ id, severity, state }) => `${id.slice(0, 3)} ${severity} ${state}`)
  for (const group of complianceGroups) {
    for (const severity of itemSeverities) {
      for (const state of itemStates) {
        counts.set({ group, severity, state }, byLabels.get(`${group} ${severity} ${state}`)?.length ?? 0)
      }
    }
  }
  const states = sdk.gauge('compliance_item_state')
  const ages = sdk.gauge('compliance_evidence_age_seconds')
  const waivers = sdk.gauge('compliance_waiver_expiry_timestamp_seconds')
  for (const { id, state, freshTo = scannedAt } of items) {
    states.set({ item: id }, stateNumbers[state])
    ages.set({ item: id }, (Date.parse(scannedAt) - Date.parse(freshTo)) / 1_000)
    waivers.set({ item: id }, waiverEndOf(posture, id))
  }
  for (const id of outside) states.set({ item: id }, -1)
  const unresolved = sdk.gauge('compliance_resources_unresolved')
  unresolved.set(
    { reason: 'unread' },
    sources.reduce((sum, { faults }) => sum + faults, 0),
  )
  unresolved.set(
    { reason: 'undecided' },
    items.reduce((sum, { counts: each }) => sum + each.unknown, 0),
  )
  unresolved.set({ reason: 'unwatched' }, unwatched)
}

/** A waiver holds to the end of its last day. */
function waiverEndOf({ waivers }: Posture, id: string): number {
  const ends = waivers
    .filter(({ control, state }) => control === id && state !== 'expired')
    .map(({ expires }) => Date.parse(expires) / 1_000 + 86_400)
  return ends.length === 0 ? 0 : Math.min(...ends)
}
