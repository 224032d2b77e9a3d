/** The report as assessment results of OSCAL 1.2.1: an observation per finding, a finding per item that was decided. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { identifierOf } from './identifier.ts'
import {
  documentHead,
  inventoryOf,
  line,
  nistId,
  observationId,
  observationOf,
  props,
  riskId,
  riskOf,
} from './oscal-parts.ts'
import { allResultsOf, type Result } from './results.ts'

/** Writes the document. */
export function writeOscalResults(posture: Posture): string {
  const head = documentHead(posture, 'assessment-results', 'Hardening scan')
  const results = allResultsOf(posture)
  const byItem = Map.groupBy(results, ({ item }) => item)
  const risks = results.filter(isRisk)
  const inventory = inventoryOf(results)
  const end = Date.parse(posture.scannedAt)
  const plan = identifierOf('plan', posture.ruleset)
  const findings = [...byItem].filter(([{ state }]) => state !== 'not-applicable')
  const result = {
    uuid: identifierOf('result', posture.scannedAt, posture.ruleset),
    title: 'Hardening scan',
    description: `Score ${posture.score.low} to ${posture.score.high} of 100 points, grade ${posture.score.grade}.`,
    start: new Date(end - Math.max(0, posture.durationMillis)).toISOString(),
    end: posture.scannedAt,
    props: props({
      ruleset: posture.ruleset,
      low: String(posture.score.low),
      high: String(posture.score.high),
      raw: String(posture.score.raw),
      outside: posture.outside.join(' '),
    }),
    ...(inventory.length === 0 ? {} : { 'local-definitions': { 'inventory-items': inventory } }),
    'reviewed-controls': reviewedControls(posture.items),
    ...(results.length === 0
      ? {}
      : { observations: results.map((each) => observationOf(each, posture.scannedAt)) }),
    ...(risks.length === 0 ? {} : { risks: risks.map(riskOf) }),
    ...(findings.length === 0 ? {} : { findings: findings.map(([item, own]) => findingOf(item, own)) }),
  }
  const document = {
    ...head,
    'import-ap': { href: `#${plan}` },
    results: [result],
    'back-matter': {
      resources: [
        {
          uuid: plan,
          title: 'Hardening checklist',
          description: 'docs/controls/README.md lists what is checked.',
        },
      ],
    },
  }
  return `${JSON.stringify({ 'assessment-results': document })}\n`
}

function isRisk({ state }: Result): boolean {
  return state === 'fail' || state === 'unknown' || state === 'waived'
}

function reviewedControls(items: readonly PostureItem[]): object {
  const ids = [...new Set(items.flatMap(({ map }) => map?.['n53'] ?? []))].map(nistId).sort()
  const description = 'NIST SP 800-53 Rev. 5 controls that measured items map to.'
  // An empty selection is not valid; nothing reviewed is said by remarks.
  if (ids.length === 0) return { 'control-selections': [{ description: 'none' }] }
  return {
    description,
    'control-selections': [{ 'include-controls': ids.map((id) => ({ 'control-id': id })) }],
  }
}

function findingOf(item: PostureItem, results: readonly Result[]): object {
  const risks = results.filter(isRisk)
  const holds = item.state === 'pass'
  return {
    uuid: identifierOf('finding', item.id),
    title: line(`${item.id} ${item.title}`),
    description: `${item.counts.pass} pass, ${item.counts.fail} fail, ${item.counts.unknown} unknown, ${item.counts.waived} waived.`,
    props: props({
      severity: item.severity,
      state: item.state,
      controls: (item.map?.['n53'] ?? []).map(nistId).join(' '),
    }),
    target: {
      type: 'objective-id',
      'target-id': item.id,
      status: {
        state: holds ? 'satisfied' : 'not-satisfied',
        reason: holds ? 'pass' : item.state === 'fail' ? 'fail' : 'other',
      },
    },
    'related-observations': results.map((each) => ({ 'observation-uuid': observationId(each) })),
    ...(risks.length === 0 ? {} : { 'related-risks': risks.map((each) => ({ 'risk-uuid': riskId(each) })) }),
  }
}
