/** Postures of the samples, as a scan finds them. */
import { join } from 'node:path'
import type { Posture } from '../../../contracts/posture.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { fileSources } from '../../../compliance/evidence.ts'
import { scan } from '../../../compliance/scan.ts'

const measured = joinControls(readChecklist(), controls)

/** Scans a sample; `nothing` is this folder, which no reader knows a file of. */
export function postureOf(sample: 'bad' | 'good' | 'nothing'): Promise<Posture> {
  const folder = sample === 'nothing' ? import.meta.dirname : join(import.meta.dirname, '../fixtures', sample)
  return scan({
    gather: () => gather([folder]),
    scope: new Set(fileSources),
    measured,
    waivers: [],
    settledLimit: 1_000,
    nowMillis: () => Date.parse('2026-11-21T12:00:00.000Z'),
  })
}
