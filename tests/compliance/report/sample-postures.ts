/** Postures for the tests of the reports: scans of the samples, one with waivers, and one full of hostile text. */
import type { Posture, PostureFinding } from '../../../contracts/posture.ts'
import { postureOf } from './posture-of.ts'

/** Text a scanned file could hold: markup, formulas, terminal escapes, text that runs backwards, half a pair. */
export const hostile =
  '=cmd|"/C"!A1 <img src=x onerror=alert(1)> ]]> \u001b[31m \u202e \ud800 @here `x` [a](http://evil.example) www.evil.example \n- b'

export async function samplePostures(): Promise<Readonly<Record<string, Posture>>> {
  const [bad, good, nothing] = await Promise.all([postureOf('bad'), postureOf('good'), postureOf('nothing')])
  return { bad, good, nothing, waived: waivedOf(bad), hostile: hostileOf(bad) }
}

function eachFinding(posture: Posture, change: (finding: PostureFinding) => PostureFinding): Posture {
  const items = posture.items.map((item) => ({ ...item, findings: item.findings.map(change) }))
  return { ...posture, items }
}

function waivedOf(posture: Posture): Posture {
  const waiver = {
    control: 'NET-01',
    owner: 'platform team',
    approver: 'security office',
    reason: 'a jump host stands behind it',
    expires: '2026-12-01',
    state: 'active' as const,
  }
  const changed = eachFinding(posture, (finding) =>
    finding.control === 'NET-01' ? { ...finding, waived: true } : finding,
  )
  return { ...changed, waivers: [waiver] }
}

function hostileOf(posture: Posture): Posture {
  const changed = eachFinding(posture, (finding) => ({
    ...finding,
    resource: hostile,
    found: hostile,
    trace: [hostile],
    location: { file: `folder/${hostile}.tf`, startLine: 1, endLine: 1 },
    excerpt: { startLine: 1, lines: [hostile] },
  }))
  return { ...changed, faults: [{ code: 'GATHER_SYNTAX', message: hostile, file: hostile, line: 1 }] }
}
