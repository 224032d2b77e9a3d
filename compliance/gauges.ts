/** The posture as gauges. */
import type { Sdk } from '#sdk'
import { itemSeverities, itemStates, type Posture } from '../contracts/posture.ts'

/** Publishes a posture; every series of a closed label set is written, so that none keeps an old value. */
export function publishPosture(sdk: Pick<Sdk, 'gauge'>, posture: Posture): void {
  const { score, items, frameworks, sources, previous } = posture
  const points = sdk.gauge('compliance_score')
  for (const bound of ['low', 'high', 'raw'] as const) points.set({ bound }, score[bound])
  // A score of another rule set does not compare: then there is no drop to speak of.
  const before = previous?.isComparable === true ? previous.low : score.low
  sdk.gauge('compliance_previous_score').set({}, before)
  sdk.gauge('compliance_coverage_ratio').set({}, score.coverageRatio)
  const counts = sdk.gauge('compliance_items')
  for (const severity of itemSeverities) {
    for (const state of itemStates) {
      const found = items.filter((item) => item.severity === severity && item.state === state)
      counts.set({ severity, state }, found.length)
    }
  }
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
