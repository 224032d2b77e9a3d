/** A posture as the scanner would tell it of a small house with a few faults. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import type { PastScan } from '../../contracts/scan-history.ts'

const verdicts = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0, waived: 0 }

function item(
  part: Partial<PostureItem> & Pick<PostureItem, 'id' | 'title' | 'severity' | 'state'>,
): PostureItem {
  return { group: 'tls', counts: { ...verdicts, pass: 3 }, findings: [], omitted: 0, ...part }
}

function finding(control: string, status: 'fail' | 'unknown', resource: string) {
  return {
    id: `${control}:${resource}`,
    control,
    status,
    severity: 'high' as const,
    resource,
    location: { file: 'compose/terraform/modules/edge/load-balancer.tf', startLine: 41, endLine: 48 },
    found: 'ELBSecurityPolicy-2016-08',
    expected: 'a policy that begins with TLS 1.2',
    fix: 'ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"',
  }
}

export const posture: Posture = {
  version: 1,
  ruleset: '2026-11-01/30',
  scannedAt: '2026-11-21T03:00:04.120Z',
  durationMillis: 812,
  score: {
    low: 79,
    high: 91.5,
    raw: 76.2,
    grade: 'C',
    caps: [{ code: 'CRITICAL_OPEN', limit: 79, items: ['DB-01'] }],
    coverageRatio: 0.94,
    waivedRatio: 0.028,
  },
  previous: { scannedAt: '2026-11-20T03:00:03.900Z', low: 81.4, isComparable: true },
  sources: [
    { source: 'terraform', resources: 41, faults: 0 },
    { source: 'compose', resources: 14, faults: 1 },
    { source: 'postgres', resources: 3, faults: 0 },
  ],
  read: ['compose/docker-compose.yml', 'compose/terraform/main.tf'],
  unwatched: 4,
  items: [
    item({
      id: 'DB-01',
      title: 'Databases take encrypted connections only',
      group: 'database',
      severity: 'critical',
      state: 'fail',
      counts: { ...verdicts, pass: 1, fail: 1 },
      findings: [finding('DB-01', 'fail', 'aws_db_instance.records')],
    }),
    item({
      id: 'TLS-01',
      title: 'Public listeners refuse TLS below 1.2',
      severity: 'high',
      state: 'unknown',
      counts: { ...verdicts, pass: 2, unknown: 1 },
      findings: [finding('TLS-01', 'unknown', 'aws_lb_listener.https["university-a.example"]')],
      omitted: 2,
    }),
    item({
      id: 'LOG-03',
      title: 'Logs are kept for a year',
      group: 'logging',
      severity: 'medium',
      state: 'waived',
      counts: { ...verdicts, waived: 1 },
    }),
    item({
      id: 'NET-02',
      title: 'No open port to the world',
      group: 'network',
      severity: 'high',
      state: 'pass',
    }),
    item({
      id: 'K8S-01',
      title: 'Pods run without root',
      group: 'runtime',
      severity: 'high',
      state: 'not-applicable',
      why: 'nothing of that kind was found',
      counts: verdicts,
    }),
  ],
  outside: ['PG-04'],
  frameworks: [
    {
      id: 'soc2',
      title: 'SOC 2 trust services criteria',
      mapped: 20,
      pass: 17,
      fail: 2,
      unknown: 1,
      controls: [
        { id: 'CC6.1', state: 'fail', items: ['DB-01'] },
        { id: 'CC6.7', state: 'unknown', items: ['TLS-01'] },
        { id: 'CC7.2', state: 'pass', items: ['NET-02'] },
      ],
    },
    { id: 'ferpa', title: 'FERPA, 34 CFR 99', mapped: 4, pass: 4, fail: 0, unknown: 0, controls: [] },
  ],
  waivers: [
    {
      control: 'LOG-03',
      owner: 'platform@university-a.example',
      approver: 'privacy@university-a.example',
      reason: 'Storage is ordered; the ledger keeps what the law asks for meanwhile.',
      expires: '2027-01-31',
      state: 'active',
    },
  ],
  faults: [
    { code: 'COMPOSE_ANCHOR', message: 'an anchor that is not defined', file: 'compose/old.yml', line: 7 },
  ],
}

const scan: PastScan = {
  scannedAt: posture.scannedAt,
  event: '0192f3a4-0000-8000-8000-000000000001',
  isAfterGap: false,
  ruleset: posture.ruleset,
  low: posture.score.low,
  high: posture.score.high,
  raw: posture.score.raw,
  grade: posture.score.grade,
  caps: ['CRITICAL_OPEN'],
  coverageRatio: posture.score.coverageRatio,
  waivedRatio: posture.score.waivedRatio,
  durationMillis: posture.durationMillis,
  changedItems: 2,
  began: 1,
  ended: 0,
  posture: 'a'.repeat(64),
}

/** The scans before it: one that compares, and one by other rules behind a gap. */
export const pastScans: readonly PastScan[] = [
  scan,
  { ...scan, scannedAt: '2026-11-20T03:00:03.000Z', low: 81.4, changedItems: 0, began: 0 },
  { ...scan, scannedAt: '2026-11-18T03:00:00.000Z', ruleset: 'other', low: 80, isAfterGap: true },
]
