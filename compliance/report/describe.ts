/**
 * Adds to a posture what its readers need to follow a finding: lines of the file, comparable checks, mappings, and what
 * of a framework nothing measured. It changes no verdict and no number.
 */
import type { Posture, PostureFinding, PostureFramework, PostureItem } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence, Resource } from '../evidence.ts'
import { frameworks } from '../framework-criteria.ts'
import { knownValueOf } from '../evidence.ts'
import { changesBetween } from './changes.ts'
import { SourceLines } from './excerpt.ts'
import { Applicable } from '../score/applicable.ts'
import { knownSecrets, redactLines } from './redact.ts'

export interface DescribeInput {
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  /** The scan before. */
  readonly previous?: Posture
}

/** Most findings of one item that get their lines; the others have their place. */
const excerptLimit = 100

/** Describes a posture by the evidence it was made of. */
export function describePosture(posture: Posture, { evidence, measured, previous }: DescribeInput): Posture {
  const excerpts = excerptsOf(evidence)
  const byId = new Map(measured.map((each) => [each.item.id, each]))
  const freshTo = freshnessOf(measured, { evidence, otherwise: Date.parse(posture.scannedAt) })
  const before = posture.previous
  return {
    ...posture,
    ...(before === undefined || previous === undefined
      ? {}
      : { previous: { ...before, changes: changesBetween(previous, posture) } }),
    items: posture.items.map((item) => {
      const oldest = dateOf(freshTo(item.id))
      const described = describeItem(item, byId.get(item.id), excerpts)
      return oldest === posture.scannedAt ? described : { ...described, freshTo: oldest }
    }),
    frameworks: posture.frameworks.map((framework) => describeFramework(framework, { measured, freshTo })),
  }
}

type Excerpts = (finding: PostureFinding) => PostureFinding['excerpt']

function excerptsOf(evidence: Evidence): Excerpts {
  const { files } = evidence
  if (files === undefined) return () => undefined
  const known = knownSecrets(evidence)
  const cut = new Map<string, SourceLines>()
  // Several controls find fault with one place.
  const shown = new Map<string, PostureFinding['excerpt']>()
  return ({ location, control }) => {
    const bytes = location === undefined ? undefined : files.get(location.file)
    if (location === undefined || bytes === undefined) return undefined
    const isStrict = control.startsWith('SEC')
    const place = `${location.startLine} ${location.endLine} ${isStrict} ${location.file}`
    if (shown.has(place)) return shown.get(place)
    const lines = cut.get(location.file) ?? new SourceLines(bytes)
    cut.set(location.file, lines)
    const excerpt = lines.around(location, (taken) => redactLines(taken, { known, isStrict }))
    shown.set(place, excerpt)
    return excerpt
  }
}

function describeItem(
  item: PostureItem,
  measured: MeasuredItem | undefined,
  excerpts: Excerpts,
): PostureItem {
  const findings = item.findings.map((finding, at) => {
    const excerpt = at < excerptLimit ? excerpts(finding) : undefined
    return excerpt === undefined ? finding : { ...finding, excerpt }
  })
  if (measured === undefined) return { ...item, findings }
  const { auto, peers, map } = measured.item
  return {
    ...item,
    findings,
    auto,
    peers: [...peers],
    map: Object.fromEntries(Object.entries(map).map(([id, sections]) => [id, sections.map(String)])),
  }
}

function describeFramework(
  framework: PostureFramework,
  { measured, freshTo }: Pick<DescribeInput, 'measured'> & { readonly freshTo: Freshness },
): PostureFramework {
  const { id } = framework
  const { edition, criteria } = frameworks[id]
  const mapped = measured.flatMap(({ item }) => (item.map[id] ?? []).map(String))
  const seen = framework.controls.map((control) => control.id)
  const outside = [...new Set([...criteria, ...mapped])].filter(
    (each) => !seen.some((one) => isIn(one, each)),
  )
  const items = new Set(framework.controls.flatMap((control) => control.items))
  return {
    ...framework,
    edition,
    outside: outside.sort((left, right) => left.localeCompare(right, 'en', { numeric: true })),
    freshTo: dateOf(Math.min(freshTo(''), ...[...items].map(freshTo))),
  }
}

/** `99.31(a)(1)` is part of `99.31`, and `AC-2(3)` of `AC-2`. */
function isIn(control: string, criterion: string): boolean {
  return control === criterion || control.startsWith(`${criterion}(`)
}

/** Since when an item is known by its id, in milliseconds since the epoch; that of the scan for any other. */
type Freshness = (id: string) => number

/** What others said earlier is as old as they say; what this scan looked at is as old as the scan. */
function freshnessOf(
  measured: readonly MeasuredItem[],
  { evidence, otherwise }: { readonly evidence: Evidence; readonly otherwise: number },
): Freshness {
  const said = evidence.resources.filter(({ kind }) => kind === 'aws' || kind === 'attestation')
  const applicable = new Applicable(measured.map(({ control }) => control))
  const lists = applicable.lists(said.map((resource) => ({ resource })))
  const oldest = new Map(
    measured.map(({ item }, at) => {
      const times = (lists[at] ?? []).flatMap(({ resource }) => timeOf(resource))
      return [item.id, times.reduce((least, each) => Math.min(least, each), otherwise)]
    }),
  )
  return (id) => oldest.get(id) ?? otherwise
}

function dateOf(millis: number): string {
  return new Date(millis).toISOString()
}

function timeOf(resource: Resource): number[] {
  const said = knownValueOf(resource, 'updated_at') ?? knownValueOf(resource, 'signed')
  const millis = typeof said === 'string' ? Date.parse(said) : Number.NaN
  return Number.isNaN(millis) ? [] : [millis]
}
