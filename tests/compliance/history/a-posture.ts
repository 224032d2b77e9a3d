/** Postures with nothing in them but what a test says. */
import type { Posture, PostureFinding, PostureItem } from '../../../contracts/posture.ts'

/** A failure of `item` on a resource. */
export function failureOf(item: string, resource: string): PostureFinding {
  return {
    id: `${item}-${resource}`,
    control: item,
    status: 'fail',
    severity: 'high',
    resource,
    expected: 'otherwise',
    source: 'compose',
    location: { file: 'docker-compose.yml', startLine: 3, endLine: 4 },
  }
}

/** An item that fails on the resources, or passes without one. */
export function itemOf(id: string, failing: readonly string[], rest: Partial<PostureItem> = {}): PostureItem {
  return {
    id,
    title: `title of ${id}`,
    group: id.slice(0, 3),
    severity: 'high',
    state: failing.length > 0 ? 'fail' : 'pass',
    counts: { pass: 1, fail: failing.length, unknown: 0, 'not-applicable': 0, waived: 0 },
    findings: failing.map((resource) => failureOf(id, resource)),
    omitted: 0,
    ...rest,
  }
}

/** A posture of an hour of one day. */
export function aPosture(hour: number, items: readonly PostureItem[], rest: Partial<Posture> = {}): Posture {
  const at = (of: number) => `2026-11-21T${String(of).padStart(2, '0')}:00:00.000Z`
  return {
    version: 1,
    ruleset: '0123456789abcdef',
    scannedAt: at(hour),
    durationMillis: 1_250.5,
    score: {
      low: 90 + hour / 10,
      high: 95.5,
      raw: 89,
      grade: 'B',
      caps: [],
      coverageRatio: 1,
      waivedRatio: 0.01,
    },
    ...(hour === 0 ? {} : { previous: { scannedAt: at(hour - 1), low: 90, isComparable: true } }),
    sources: [{ source: 'compose', resources: 3, faults: 0 }],
    read: [],
    unwatched: 0,
    items: [...items],
    outside: [],
    frameworks: [],
    waivers: [],
    faults: [],
    ...rest,
  }
}
