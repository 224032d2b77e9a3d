/** Runs every control over the evidence and says what came of each item. Pure: the day arrives as an argument. */
import { createHash } from 'node:crypto'
import type { EvidenceSource, PostureFinding } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Control, Verdict } from '../controls/control.ts'
import { attributeOf, type Evidence, type GatherFault, type Resource } from '../evidence.ts'
import { exposureOf } from './exposure.ts'
import { isPlain } from './plain.ts'
import { stateOf, type JudgedItem, type Judgement } from './judged.ts'
import { isActive, type Waiver } from './waiver.ts'

export interface JudgeInput {
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  /** What this scan was given to look at. */
  readonly scope: ReadonlySet<EvidenceSource>
  readonly nowMillis: number
}

export interface Judged {
  readonly items: readonly JudgedItem[]
  /** Items none of whose sources were part of the scan. */
  readonly outside: readonly MeasuredItem[]
  /** Waivers that took effect. */
  readonly used: ReadonlySet<Waiver>
  /** Resources no control looks at. */
  readonly unwatched: number
  /** Those of them that could be right or wrong: what they say is not known to be harmless. */
  readonly unjudged: number
}

/** Judges all items; the order and repetition of resources change nothing. */
export function judge(input: JudgeInput): Judged {
  const { measured, scope, evidence } = input
  const resources = [...new Set(evidence.resources)].sort(byPlace)
  const used = new Set<Waiver>()
  const inside = measured.filter(({ control }) => control.sources.some((source) => scope.has(source)))
  const items = inside.map((entry) => judgeItem(entry, { ...input, resources, used }))
  const watched = new Set(items.flatMap(({ judgements }) => judgements.map(({ resourceKey }) => resourceKey)))
  const unwatched = resources.filter((resource) => !watched.has(keyOf(resource)))
  return {
    items,
    outside: measured.filter((entry) => !inside.includes(entry)),
    used,
    unwatched: new Set(unwatched.map(keyOf)).size,
    unjudged: new Set(unwatched.filter((resource) => !isPlain(resource)).map(keyOf)).size,
  }
}

interface Context extends JudgeInput {
  readonly resources: readonly Resource[]
  readonly used: Set<Waiver>
}

function judgeItem({ item, group, control }: MeasuredItem, context: Context): JudgedItem {
  const byResource = new Map<string, Judgement>()
  for (const resource of context.resources) {
    if (!control.applies(resource)) continue
    const judgement = judgeResource({ item, group, control }, resource, context)
    const before = byResource.get(judgement.resourceKey)
    if (before === undefined || isWorse(judgement, before)) byResource.set(judgement.resourceKey, judgement)
  }
  const judgements = [...byResource.values()]
  const state = stateOf(new Set(judgements.map((judgement) => judgement.state)))
  if (state !== undefined) return { item, group, state, judgements }
  const hidden = whatHides(control, context)
  if (hidden !== undefined) return { item, group, state: 'unknown', why: hidden, judgements }
  const missing = control.missing?.(context.evidence)
  if (missing === undefined)
    return { item, group, state: 'not-applicable', why: 'nothing it looks at is there', judgements }
  const judgement = judgementOf({ item, ...missing, verdicts: [missing.verdict] }, context)
  return { item, group, state: stateOf(new Set([judgement.state])) ?? 'unknown', judgements: [judgement] }
}

function judgeResource({ item, control }: MeasuredItem, resource: Resource, context: Context): Judgement {
  return judgementOf({ item, resource, verdicts: verdictsOn(control, resource, context.evidence) }, context)
}

interface JudgedResource {
  readonly item: MeasuredItem['item']
  readonly resource: Resource
  readonly verdicts: readonly Verdict[]
}

function judgementOf(
  { item, resource, verdicts }: JudgedResource,
  { evidence, waivers, nowMillis, used }: Context,
): Judgement {
  const status = worstStatus(verdicts)
  const waiver =
    status === 'fail'
      ? waivers.find((each) => isActive(each, nowMillis) && covers(each, item.id, resource))
      : undefined
  if (waiver !== undefined) used.add(waiver)
  return {
    findings: verdicts.map((verdict) =>
      findingOf({ item, resource, verdict, isWaived: waiver !== undefined }),
    ),
    state: waiver === undefined ? status : 'waived',
    exposure: exposureOf(resource, evidence),
    source: resource.kind,
    resourceKey: keyOf(resource),
  }
}

interface FindingParts {
  readonly item: MeasuredItem['item']
  readonly resource: Resource
  readonly verdict: Verdict
  readonly isWaived: boolean
}

function findingOf({ item, resource, verdict, isWaived }: FindingParts): PostureFinding {
  const { status, found, expected, fix, at = resource.position, part = '' } = verdict
  return {
    id: findingId(item.id, resource, part),
    control: item.id,
    status,
    severity: item.sev,
    resource:
      resource.environment === undefined ? resource.address : `${resource.address} (${resource.environment})`,
    location: { file: at.file, startLine: at.startLine, endLine: at.endLine },
    expected,
    ...(found === undefined ? {} : { found }),
    ...(fix === undefined ? {} : { fix }),
    ...(isWaived && status === 'fail' ? { waived: true } : {}),
  }
}

/** A Terraform resource that is never made has no faults. */
function verdictsOn(control: Control, resource: Resource, evidence: Evidence): readonly Verdict[] {
  const found = [control.check(resource, evidence)].flat()
  const count = resource.kind === 'terraform' ? attributeOf(resource, 'count') : undefined
  if (count?.known !== true || Number(count.value) !== 0) return found
  const expected = found[0]?.expected ?? ''
  return [{ status: 'not-applicable', found: 'count is 0', expected, at: count }]
}

function worstStatus(verdicts: readonly Verdict[]): Verdict['status'] {
  const order = ['fail', 'unknown', 'pass'] as const
  return order.find((each) => verdicts.some(({ status }) => status === each)) ?? 'not-applicable'
}

function covers({ control, resource, file }: Waiver, itemId: string, found: Resource): boolean {
  if (control !== itemId) return false
  if (resource !== undefined && resource !== found.address) return false
  return file === undefined || `/${found.position.file}`.endsWith(`/${file}`)
}

const badness: readonly Judgement['state'][] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable']

/** Two resources of one name in one file are one; the worse verdict stands, and among equals the first place. */
function isWorse(left: Judgement, right: Judgement): boolean {
  return badness.indexOf(left.state) < badness.indexOf(right.state)
}

/** Says what could hide a resource of this control: then its absence proves nothing. */
function whatHides(control: Control, { evidence, scope }: Context): string | undefined {
  const sources = control.sources.filter((source) => scope.has(source))
  const faults = evidence.faults.filter((fault) =>
    sourcesOf(fault).some((source) => sources.includes(source)),
  )
  const [first] = faults
  if (first !== undefined) return `${faults.length} could not be read, the first is ${first.file}`
  if (!sources.includes('terraform')) return undefined
  const module = evidence.resources.find(({ kind, type }) => kind === 'terraform' && type === 'module')
  return module === undefined ? undefined : `${module.address} is not looked into`
}

/** Tells which sources a fault may hide resources of. */
export function sourcesOf({ file }: GatherFault): readonly EvidenceSource[] {
  if (/^postgres(ql)?:/.test(file)) return ['postgres']
  if (/^https?:/.test(file)) return ['http']
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  if (/\.tf(\.json)?$|\.tfvars(\.json)?$/.test(name)) return ['terraform']
  if (/^dockerfile(\.|$)|\.dockerfile$/.test(name)) return ['dockerfile']
  if (/\.ya?ml$/.test(name)) return ['compose']
  return ['terraform', 'compose', 'dockerfile']
}

function keyOf({ kind, address, position, environment }: Resource): string {
  return `${kind} ${position.file} ${address}${environment === undefined ? '' : ` in ${environment}`}`
}

function byPlace(left: Resource, right: Resource): number {
  const byKey = compare(keyOf(left), keyOf(right))
  return byKey === 0 ? left.position.startLine - right.position.startLine : byKey
}

function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Names a finding by control, resource and part and nothing that moves: no line, no time. */
function findingId(control: string, resource: Resource, part: string): string {
  const digest = createHash('sha256')
    .update(`${control} ${keyOf(resource)} ${part}`)
    .digest('hex')
  // 16 hexadecimal digits: two of a million findings meet with a chance below 3 in 100 million.
  return `${control}-${digest.slice(0, 16)}`
}
