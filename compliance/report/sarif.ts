/**
 * The report as SARIF 2.1.0 (OASIS, errata 01). `open` is what could not be decided, waivers are suppressions, and the
 * fingerprint is our own id, so that the same finding is the same alert wherever its line moves to.
 */
import type { Posture, PostureFinding, PostureItem } from '../../contracts/posture.ts'
import { frameworks } from '../framework-criteria.ts'
import { isFile, resultsOf, sentenceOf, type Result } from './results.ts'
import { fixOf } from './sarif-fix.ts'
import { uriOf } from './uri.ts'

/** Results of one run that GitHub takes ("SARIF support for code scanning"); what is beyond is told. */
const resultLimit = 25_000
const kinds = {
  fail: 'fail',
  waived: 'fail',
  unknown: 'open',
  pass: 'pass',
  'not-applicable': 'notApplicable',
} as const
/**
 * Where a result stands that is in no file: where its item is said. GitHub refuses a whole report for one result without
 * a place in a file ("expected at least one location").
 */
const sourceOfItems = 'compliance/checklist.yaml'
const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const
/** Scores GitHub sorts by: critical from 9, high from 7, medium from 4. */
const securitySeverity = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' } as const

/** Writes the report. */
export function writeSarif(posture: Posture): string {
  // What passes or does not apply stands nowhere; it is a rule without a result.
  const all = resultsOf(posture).filter(({ state }) => state !== 'pass' && state !== 'not-applicable')
  const results = all.slice(0, resultLimit)
  const rules = posture.items
  const ruleIndex = new Map(rules.map(({ id }, at) => [id, at]))
  const taxonomies = taxonomiesOf(rules)
  const run = {
    tool: {
      driver: {
        name: 'Campanile',
        semanticVersion: '0.1.0',
        version: `ruleset ${posture.ruleset}`,
        rules: rules.map(ruleOf),
        supportedTaxonomies: taxonomies.map(({ name }, index) => ({ name, index })),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: posture.scannedAt,
        toolExecutionNotifications: notificationsOf(posture, all.length - results.length),
      },
    ],
    ...(taxonomies.length === 0 ? {} : { taxonomies }),
    results: [],
  }
  const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
  const frame = JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] })
  // One result after the other: all of them as objects would be several times the size of their text.
  const written = results.map((result) =>
    JSON.stringify(resultOf(result, ruleIndex.get(result.item.id) ?? -1)),
  )
  return `${frame.slice(0, -frameEnd.length)}${written.join(',')}${frameEnd}\n`
}

/** What stands behind the results, which are the last of the only run. */
const frameEnd = ']}]}'

function ruleOf({ id, title, group, severity, findings, peers = [], map = {} }: PostureItem): object {
  const fix = findings.find((finding) => finding.fix !== undefined)?.fix
  return {
    id,
    name: id.replace('-', ''),
    shortDescription: { text: title },
    help: { text: fix ?? `See docs/controls/${id}.md.`, markdown: `See \`docs/controls/${id}.md\`.` },
    defaultConfiguration: { level: levels[severity] },
    relationships: Object.entries(map).flatMap(([framework, sections]) =>
      sections.map((section) => ({
        target: { id: section, toolComponent: { name: framework } },
        kinds: ['relevant'],
      })),
    ),
    properties: {
      tags: ['security', group],
      precision: 'very-high',
      'security-severity': securitySeverity[severity],
      peers,
    },
  }
}

function taxonomiesOf(items: readonly PostureItem[]) {
  return Object.entries(frameworks).flatMap(([name, { title, edition }]) => {
    const ids = [...new Set(items.flatMap(({ map }) => map?.[name] ?? []))].sort()
    if (ids.length === 0) return []
    const taxa = ids.map((id) => ({ id }))
    return [{ name, version: edition, shortDescription: { text: title }, isComprehensive: false, taxa }]
  })
}

function notificationsOf({ faults }: Posture, cut: number): object[] {
  const unread = faults.map(({ code, message, file, line }) => ({
    level: 'warning',
    descriptor: { id: code },
    message: { text: message },
    ...(isFile(file) ? { locations: [{ physicalLocation: placeOf(file, line) }] } : {}),
  }))
  if (cut <= 0) return unread
  const text = `${cut} results are left out: a run holds at most ${resultLimit}`
  return [...unread, { level: 'warning', descriptor: { id: 'RESULTS_CUT' }, message: { text } }]
}

function resultOf(result: Result, ruleIndex: number): object {
  const { id, state, item, finding, waiver } = result
  const fix = finding === undefined ? undefined : fixOf(finding)
  return {
    ruleId: item.id,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: kinds[state],
    // Only what fails has a level (SARIF 2.1.0 §3.27.10).
    level: kinds[state] === 'fail' ? levels[item.severity] : 'none',
    message: { text: sentenceOf(result) },
    locations: [
      finding === undefined ? { physicalLocation: placeOf(sourceOfItems, 1) } : locationOf(finding),
    ],
    partialFingerprints: { 'campanile/v1': id },
    ...(state === 'waived' ? { suppressions: [suppressionOf(waiver)] } : {}),
    ...(fix === undefined ? {} : { fixes: [fix] }),
    properties: {
      state,
      severity: item.severity,
      ...(finding?.trace === undefined ? {} : { trace: finding.trace }),
      ...(finding?.fix === undefined ? {} : { fix: finding.fix }),
    },
  }
}

function suppressionOf(waiver: Result['waiver']): object {
  if (waiver === undefined) return { kind: 'external', status: 'accepted' }
  const { reason, owner, approver, expires } = waiver
  const justification = `${reason} (owner ${owner}, approved by ${approver}, until ${expires})`
  return { kind: 'external', status: 'accepted', justification }
}

function locationOf({ location, resource, excerpt }: PostureFinding): object {
  const logicalLocations = [{ fullyQualifiedName: resource, kind: 'resource' }]
  if (location === undefined || !isFile(location.file)) {
    return { physicalLocation: placeOf(sourceOfItems, 1), logicalLocations }
  }
  const { file, startLine, endLine } = location
  const context =
    excerpt === undefined
      ? {}
      : {
          contextRegion: {
            startLine: excerpt.startLine,
            endLine: excerpt.startLine + excerpt.lines.length - 1,
            snippet: { text: excerpt.lines.join('\n') },
          },
        }
  return { physicalLocation: { ...placeOf(file, startLine, endLine), ...context }, logicalLocations }
}

function placeOf(file: string, startLine: number, endLine = startLine): object {
  const line = Math.max(1, startLine)
  return {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, endLine: Math.max(line, endLine) },
  }
}
