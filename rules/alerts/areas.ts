/** The alerts that are not derived from service levels, one rule file for each area. */
import type { AlertArea } from '../../contracts/alerts.ts'
import type { RuleFile } from '../model.ts'
import { availabilityAlerts } from './availability.ts'
import { brokenGlassAlerts } from './broken-glass.ts'
import { capacityAlerts } from './capacity.ts'
import { toRule, type AlertDefinition, type RuleOptions } from './definition.ts'
import { evidenceAlerts } from './evidence.ts'
import { integrityAlerts } from './integrity.ts'
import { latencyAlerts } from './latency.ts'
import { pipelineAlerts } from './pipeline.ts'
import { postureAlerts } from './posture.ts'
import { privacyAlerts } from './privacy.ts'
import { recordClockAlerts } from './record-clocks.ts'
import { securityAlerts } from './security.ts'

/** Definitions by area; the name of the area is the name of the file. */
export const areas: Readonly<Record<AlertArea, readonly AlertDefinition[]>> = {
  availability: availabilityAlerts,
  latency: latencyAlerts,
  capacity: capacityAlerts,
  security: securityAlerts,
  integrity: [...integrityAlerts, ...evidenceAlerts],
  privacy: [...privacyAlerts, ...brokenGlassAlerts, ...recordClockAlerts],
  pipeline: pipelineAlerts,
  posture: postureAlerts,
}

/** How often these alerts are evaluated, in seconds: as often as there are new samples. */
const evaluateSeconds = 10

/** Builds the file of an area. */
export function areaFile(area: AlertArea, options: RuleOptions): RuleFile {
  const rules = areas[area].map((definition) => toRule(definition, options))
  return {
    name: area,
    groups: [{ name: area, intervalSeconds: options.timing.wait(evaluateSeconds), rules }],
  }
}
