/** Runs every control over the evidence and says what came of each item. Pure: the day arrives as an argument. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Control, Verdict } from '../controls/control.ts'
import { fileSources, type Evidence, type GatherFault, type Resource } from '../evidence.ts'
import { Applicable } from './applicable.ts'
import { findingOf, type FindingParts } from './finding.ts'
import { inOrder, Placed } from './placed.ts'
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
  const placed = inOrder(evidence)
  const context: Context = {
    ...input,
    applicable: new Applicable(placed),
    module: evidence.resources.find(({ kind, type }) => kind === 'terraform' && type === 'module'),
    used: new Set(),
    watched: new Set(),
  }
  const inside = measured.filter(({ control }) => control.sources.some((source) => scope.has(source)))
  const items = inside.map((entry) => judgeItem(entry, context))
  const unwatched = placed.filter(({ key }) => !context.watched.has(key))
  return {
    items,
    outside: measured.filter((entry) => !inside.includes(entry)),
    used: context.used,
    unwatched: new Set(unwatched.map(({ key }) => key)).size,
    unjudged: new Set(unwatched.filter(({ resource }) => !isPlain(resource)).map(({ key }) => key)).size,
  }
}

interface Context extends JudgeInput {
  readonly applicable: Applicable
  /** A module nobody looks into, where there is one. */
  readonly module: Resource | undefined
  readonly used: Set<Waiver>
  /** Keys of the resources that some control looked at. */
  readonly watched: Set<string>
}

function judgeItem({ item, group, control }: MeasuredItem, context: Context): JudgedItem {
  const judgements: Judgement[] = []
  for (const placed of context.applicable.of(control)) {
    const verdicts = verdictsOn(control, placed, context.evidence)
    const judgement = judgementOf({ item, placed, verdicts }, context)
    // Two resources of one name stand beside each other in the order.
    const before = judgements.at(-1)
    if (before?.resourceKey !== judgement.resourceKey) judgements.push(judgement)
    else if (isWorse(judgement, before)) judgements[judgements.length - 1] = judgement
  }
  for (const { resourceKey } of judgements) context.watched.add(resourceKey)
  const state = stateOf(new Set(judgements.map((judgement) => judgement.state)))
  if (state !== undefined) return { item, group, state, judgements }
  const hidden = whatHides(control, context)
  if (hidden !== undefined) return { item, group, state: 'unknown', why: hidden, judgements }
  const missing = control.missing?.(context.evidence)
  if (missing === undefined)
    return { item, group, state: 'not-applicable', why: 'nothing it looks at is there', judgements }
  const { resource, verdict } = missing
  const placed = new Placed(resource, 0, context.evidence)
  const judgement = judgementOf({ item, placed, verdicts: [verdict], isOfAbsence: true }, context)
  return { item, group, state: stateOf(new Set([judgement.state])) ?? 'unknown', judgements: [judgement] }
}

interface JudgedResource {
  readonly item: MeasuredItem['item']
  readonly placed: Placed
  readonly verdicts: readonly Verdict[]
  readonly isOfAbsence?: boolean
}

function judgementOf(
  { item, placed, verdicts, isOfAbsence = false }: JudgedResource,
  { waivers, nowMillis, used }: Context,
): Judgement {
  const { resource, key, exposure } = placed
  const status = worstStatus(verdicts)
  const waiver =
    status === 'fail'
      ? waivers.find((each) => isActive(each, nowMillis) && covers(each, item.id, resource))
      : undefined
  if (waiver !== undefined) used.add(waiver)
  return new LazyJudgement(
    { item, resource, verdicts, isWaived: waiver !== undefined },
    {
      state: waiver === undefined ? status : 'waived',
      exposure,
      source: resource.kind,
      resourceKey: key,
      isOfAbsence,
    },
  )
}

/** Writes its findings when somebody reads them: most are a pass that nobody reads. */
class LazyJudgement implements Judgement {
  readonly state: Judgement['state']
  readonly exposure: Judgement['exposure']
  readonly source: EvidenceSource
  readonly resourceKey: string
  readonly isOfAbsence: boolean
  private readonly parts: Omit<FindingParts, 'verdict'> & { readonly verdicts: readonly Verdict[] }
  private written: Judgement['findings'] | undefined

  constructor(parts: LazyJudgement['parts'], known: Required<Omit<Judgement, 'findings'>>) {
    this.state = known.state
    this.exposure = known.exposure
    this.source = known.source
    this.resourceKey = known.resourceKey
    this.isOfAbsence = known.isOfAbsence
    this.parts = parts
  }

  get findings(): Judgement['findings'] {
    const { verdicts, item, resource, isWaived } = this.parts
    this.written ??= verdicts.map((verdict) => findingOf({ item, resource, verdict, isWaived }))
    return this.written
  }
}

/** A Terraform resource that is never made has no faults. */
function verdictsOn(control: Control, placed: Placed, evidence: Evidence): readonly Verdict[] {
  const answer = control.check(placed.resource, evidence)
  const found = 'status' in answer ? [answer] : answer
  const count = placed.neverMade
  if (count === undefined) return found
  const expected = found[0]?.expected ?? ''
  return [{ status: 'not-applicable', found: 'count is 0', expected, at: count }]
}

function worstStatus(verdicts: readonly Verdict[]): Verdict['status'] {
  let worst: Verdict['status'] = 'not-applicable'
  for (const { status } of verdicts) if (badness.indexOf(status) < badness.indexOf(worst)) worst = status
  return worst
}

/** Tells whether a waiver is for a resource. */
export function covers({ control, resource, file }: Waiver, itemId: string, found: Resource): boolean {
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
function whatHides(control: Control, { evidence, scope, module }: Context): string | undefined {
  const sources = control.sources.filter((source) => scope.has(source))
  const faults = evidence.faults.filter((fault) =>
    sourcesOf(fault).some((source) => sources.includes(source)),
  )
  const [first] = faults
  if (first !== undefined) return `${faults.length} could not be read, the first is ${first.file}`
  if (!sources.includes('terraform')) return undefined
  return module === undefined ? undefined : `${module.address} is not looked into`
}

/** Tells which sources a fault may hide resources of. */
export function sourcesOf({ file, hides }: GatherFault): readonly EvidenceSource[] {
  if (hides !== undefined) return hides
  if (/^postgres(ql)?:/.test(file)) return ['postgres']
  if (/^https?:/.test(file)) return ['http']
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  if (/\.tf(\.json)?$|\.tfvars(\.json)?$/.test(name)) return ['terraform']
  if (/^dockerfile(\.|$)|\.dockerfile$/.test(name)) return ['dockerfile']
  if (/\.ya?ml$/.test(name)) return ['compose']
  return fileSources
}
