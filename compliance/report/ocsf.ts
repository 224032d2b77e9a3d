/** The report as OCSF 1.8.0 compliance findings (class 2003), one JSON document per line. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { frameworks } from '../framework-criteria.ts'
import { placedName, resultsOf, sentenceOf, type Result } from './results.ts'

const severityIds = { low: 2, medium: 3, high: 4, critical: 5 } as const
/** Pass 1, Warning 2 (missing information), Fail 3, Other 99. */
const compliance = {
  pass: [1, 'Pass'],
  unknown: [2, 'Warning'],
  fail: [3, 'Fail'],
  waived: [3, 'Fail'],
  'not-applicable': [99, 'Other'],
} as const
/** New 1, Suppressed 3, Resolved 4. */
const statuses = {
  fail: [1, 'New'],
  unknown: [1, 'New'],
  waived: [3, 'Suppressed'],
  pass: [4, 'Resolved'],
  'not-applicable': [4, 'Resolved'],
} as const

/** Writes one line per result; a result that passes is told as closed. */
export function writeOcsf(posture: Posture): string {
  return resultsOf(posture)
    .map((result) => `${JSON.stringify(eventOf(result, posture))}\n`)
    .join('')
}

function eventOf(result: Result, posture: Posture) {
  const { id, item, finding, state } = result
  const time = Date.parse(posture.scannedAt)
  const isClosed = statuses[state][0] === 4
  const activity = isClosed ? 3 : 1
  return {
    class_uid: 2003,
    class_name: 'Compliance Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: activity,
    activity_name: isClosed ? 'Close' : 'Create',
    type_uid: 200_300 + activity,
    time,
    severity_id: severityIds[item.severity],
    severity: item.severity[0]?.toUpperCase() + item.severity.slice(1),
    status_id: statuses[state][0],
    status: statuses[state][1],
    message: sentenceOf(result),
    metadata: {
      version: '1.8.0',
      product: { name: 'Campanile', vendor_name: 'Campanile', version: posture.ruleset },
      log_name: 'compliance',
      profiles: [],
      uid: `${id}-${time}`,
    },
    finding_info: {
      uid: id,
      title: item.title,
      desc: sentenceOf(result),
      types: [item.group],
      analytic: { name: item.id, uid: item.id, type_id: 1, type: 'Rule' },
      modified_time: time,
    },
    compliance: complianceOf(result),
    ...(finding === undefined ? {} : { resources: [resourceOf(result)], evidences: [evidenceOf(result)] }),
    ...(finding?.fix === undefined ? {} : { remediation: { desc: finding.fix } }),
  }
}

function complianceOf({ item, state, waiver }: Result) {
  const [statusId, status] = compliance[state]
  const waived = waiver === undefined ? [] : [`waived until ${waiver.expires}: ${waiver.reason}`]
  const details = [...(item.why === undefined ? [] : [item.why]), ...waived]
  return {
    control: item.id,
    desc: item.title,
    category: item.group,
    standards: standardsOf(item),
    requirements: Object.entries(item.map ?? {}).flatMap(([id, sections]) =>
      sections.map((each) => `${id} ${each}`),
    ),
    status_id: statusId,
    status,
    ...(details.length === 0 ? {} : { status_details: details }),
  }
}

function standardsOf({ map = {} }: PostureItem): string[] {
  return Object.entries(frameworks)
    .filter(([id]) => (map[id] ?? []).length > 0)
    .map(([, { edition }]) => edition)
}

function resourceOf({ finding }: Result) {
  const { resource = '', location } = finding ?? {}
  const uid = finding === undefined ? resource : placedName(finding)
  return { uid, name: resource, ...(location === undefined ? {} : { namespace: location.file }) }
}

function evidenceOf({ finding }: Result) {
  const { found = '', expected = '', location, trace } = finding ?? {}
  return {
    data: {
      found,
      expected,
      ...(location === undefined ? {} : { file: location.file, line: location.startLine }),
      ...(trace === undefined ? {} : { trace }),
    },
  }
}
