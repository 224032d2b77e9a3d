/**
 * A posture in the AWS Security Finding Format, cut to the documented lengths: what the report says and what Security
 * Hub is sent are the same findings with the same ids.
 */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import type { AsffFinding } from '../hub/client.ts'
import { partitionOf, type AwsAccount } from '../hub/account.ts'
import { placedName, resultsOf, sentenceOf, type Result } from './results.ts'

const labels = { critical: 'CRITICAL', high: 'HIGH', medium: 'MEDIUM', low: 'LOW' } as const
const statuses = {
  pass: 'PASSED',
  fail: 'FAILED',
  waived: 'FAILED',
  unknown: 'WARNING',
  'not-applicable': 'NOT_AVAILABLE',
} as const
/** Lengths of "Syntax of the AWS Security Finding Format". */
const longest = {
  title: 256,
  description: 1_024,
  fix: 512,
  value: 2_048,
  resource: 512,
  reason: 2_048,
} as const
const mostRequirements = 32
const mostStandards = 20

/** Writes a list, as `aws securityhub batch-import-findings --findings file://…` takes it, 100 at a time. */
export function writeAsff(posture: Posture, account: AwsAccount): string {
  const findings = resultsOf(posture).map((result) => findingOf(result, { posture, account }))
  return `${JSON.stringify(findings, null, 1)}\n`
}

/** Lists what is open in a posture, one finding each: failures, waived ones too, and what is unknown. */
export function openAsff(posture: Posture, account: AwsAccount): AsffFinding[] {
  return resultsOf(posture)
    .filter(({ finding }) => finding !== undefined)
    .map((result) => findingOf(result, { posture, account }))
}

interface Context {
  readonly posture: Posture
  readonly account: AwsAccount
}

/**
 * Writes one finding. Severity and Types stand in FindingProviderFields alone, because no later import may change them
 * elsewhere; and a waiver is told in Compliance, never as a suppressed Workflow: an import can set that once and not
 * take it back, so that the finding would stay hidden when the waiver has ended.
 */
function findingOf(result: Result, { posture, account }: Context): AsffFinding {
  const { id, item, state, finding } = result
  const { region } = account
  const partition = partitionOf(region)
  return {
    SchemaVersion: '2018-10-08',
    Id: `campanile/${region}/${account.id}/${id}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account.id}:product/${account.id}/default`,
    GeneratorId: `campanile/${item.id}`,
    AwsAccountId: account.id,
    CreatedAt: posture.scannedAt,
    UpdatedAt: posture.scannedAt,
    Title: cut(`${item.id} ${item.title}`, longest.title),
    Description: cut(sentenceOf(result), longest.description),
    FindingProviderFields: {
      Severity: {
        Label: state === 'pass' || state === 'not-applicable' ? 'INFORMATIONAL' : labels[item.severity],
      },
      Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    },
    Resources: [
      { Type: 'Other', Id: cut(resourceOf(result), longest.resource), Partition: partition, Region: region },
    ],
    Compliance: complianceOf(result),
    ...(finding?.fix === undefined
      ? {}
      : { Remediation: { Recommendation: { Text: cut(finding.fix, longest.fix) } } }),
    ProductFields: productFields(result, posture),
    RecordState: 'ACTIVE',
  }
}

function resourceOf({ item, finding }: Result): string {
  if (finding === undefined) return item.id
  return placedName(finding)
}

function complianceOf({ item, state, waiver }: Result) {
  const why = waiver === undefined ? item.why : `waived until ${waiver.expires}: ${waiver.reason}`
  return {
    Status: statuses[state],
    SecurityControlId: item.id,
    RelatedRequirements: requirementsOf(item).slice(0, mostRequirements),
    AssociatedStandards: Object.keys(item.map ?? {})
      .slice(0, mostStandards)
      .map((id) => ({ StandardsId: `campanile/${id}` })),
    ...(why === undefined
      ? {}
      : { StatusReasons: [{ ReasonCode: 'CAMPANILE', Description: cut(why, longest.reason) }] }),
  }
}

function requirementsOf({ map = {} }: PostureItem): string[] {
  return Object.entries(map).flatMap(([id, sections]) => sections.map((section) => `${id} ${section}`))
}

function productFields({ id, item, finding, state }: Result, { ruleset }: Posture): Record<string, string> {
  const fields = {
    'campanile/FindingId': id,
    'campanile/Ruleset': ruleset,
    'campanile/State': state,
    'campanile/Severity': item.severity,
    'campanile/Source': finding?.source,
    'campanile/Found': finding?.found,
    'campanile/Expected': finding?.expected,
    'campanile/Line': finding?.location === undefined ? undefined : String(finding.location.startLine),
  }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, cut(value, longest.value)]],
    ),
  )
}

function cut(text: string, length: number): string {
  const shown = text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
  return shown.length > length ? `${shown.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…` : shown
}
