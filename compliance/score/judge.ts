/** Runs every control over the evidence and says what came of each item. Pure: the day arrives as an argument. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Control, Verdict } from '../controls/control.ts'
import { fileSources, type Evidence, type GatherFault, type Resource } from '../evidence.ts'
import { missingIn, perhapsMissing, unsureOf } from './absence.ts'
import { Applicable } from './applicable.ts'
import { findingOf } from './finding.ts'
import { inOrder, keyOf, Placed } from './placed.ts'
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
  const context: Context = {
    ...input,
    module: evidence.resources.find(({ kind, type }) => kind === 'terraform' && type === 'module'),
    unsure: unsureOf(evidence),
    unread: unreadBySource(evidence.faults),
    used: new Set(),
  }
  const inside = measured.filter(({ control }) => control.sources.some((source) => scope.has(source)))
  const { judgements, unwatched } = judgeResources(inside, context)
  const items = inside.map((entry, at) => judgeItem(entry, judgements[at] ?? [], context))
  return {
    items,
    outside: measured.filter((entry) => !inside.includes(entry)),
    used: context.used,
    unwatched: new Set(unwatched.map(({ key }) => key)).size,
    unjudged: new Set(unwatched.filter(({ resource }) => !isPlain(resource)).map(({ key }) => key)).size,
  }
}

interface Context extends JudgeInput {
  /** A module nobody looks into, where there is one. */
  readonly module: Resource | undefined
  /** Resources of which nobody knows whether they are made, by their key. */
  readonly unsure: ReadonlyMap<string, Resource>
  readonly unread: ReadonlyMap<EvidenceSource, readonly GatherFault[]>
  readonly used: Set<Waiver>
}

/**
 * Shows every control the resources one after the other, and not every resource the controls: what is read of a
 * resource is near at hand for all controls that look at it.
 */
function judgeResources(measured: readonly MeasuredItem[], context: Context) {
  const applicable = new Applicable(measured.map(({ control }) => control))
  const judgements = measured.map((): Judgement[] => [])
  const placed = inOrder(context.evidence)
  const watched = new Set<string>()
  for (const each of placed) {
    const places = applicable.to(each.resource)
    if (places.length > 0) watched.add(each.key)
    for (const at of places) {
      const [entry, found] = [measured[at], judgements[at]]
      if (entry !== undefined && found !== undefined) addJudgement(found, entry, each, context)
    }
  }
  return { judgements, unwatched: placed.filter(({ key }) => !watched.has(key)) }
}

function addJudgement(
  judgements: Judgement[],
  { item, control }: MeasuredItem,
  placed: Placed,
  context: Context,
): void {
  const verdicts = verdictsOn(control, placed, context.evidence)
  const judgement = judgementOf({ item, placed, verdicts }, context)
  // Two resources of one name stand beside each other in the order.
  const before = judgements.at(-1)
  if (before?.resourceKey !== judgement.resourceKey) judgements.push(judgement)
  else if (isWorse(judgement, before)) judgements[judgements.length - 1] = judgement
}

function judgeItem(
  { item, group, control }: MeasuredItem,
  judgements: readonly Judgement[],
  context: Context,
): JudgedItem {
  const states = new Set(judgements.map((judgement) => judgement.state))
  const state = stateOf(states)
  const unread = unreadFor(control, context)
  const isProven = control.isOneEnough === true && states.has('pass')
  if (unread !== undefined && !isProven) {
    if (state === 'fail') return { item, group, state, isUnread: true, judgements }
    return { item, group, state: 'unknown', why: unread, isUnread: true, judgements }
  }
  const doubt = state === 'pass' ? perhapsMissing(control, judgements, context) : undefined
  if (doubt !== undefined) {
    const judgement = judgementOfAbsence(item, doubt, context)
    return { item, group, state: 'unknown', judgements: [...judgements, judgement] }
  }
  if (state !== undefined) return { item, group, state, judgements }
  const hidden = whatHides(control, context)
  if (hidden !== undefined) return { item, group, state: 'unknown', why: hidden, judgements }
  const missing = missingIn(control, context.evidence)
  if (missing === undefined)
    return { item, group, state: 'not-applicable', why: 'nothing it looks at is there', judgements }
  const judgement = judgementOfAbsence(item, missing, context)
  return { item, group, state: stateOf(new Set([judgement.state])) ?? 'unknown', judgements: [judgement] }
}

function judgementOfAbsence(
  item: MeasuredItem['item'],
  { resource, verdict }: NonNullable<ReturnType<typeof missingIn>>,
  context: Context,
): Judgement {
  const placed = new Placed(resource, keyOf(resource), context.evidence)
  return judgementOf({ item, placed, verdicts: [verdict], isOfAbsence: true }, context)
}

interface JudgedResource {
  readonly item: MeasuredItem['item']
  readonly placed: Placed
  readonly verdicts: readonly Verdict[]
  readonly isOfAbsence?: boolean
}

function judgementOf(judged: JudgedResource, { waivers, nowMillis, used }: Context): Judgement {
  const {
    item,
    placed: { resource },
    verdicts,
  } = judged
  const status = worstStatus(verdicts)
  const waiver =
    status === 'fail'
      ? waivers.find((each) => isActive(each, nowMillis) && covers(each, item.id, resource))
      : undefined
  if (waiver !== undefined) used.add(waiver)
  return new LazyJudgement(judged, waiver === undefined ? status : 'waived')
}

/** Writes its findings when somebody reads them: most are a pass that nobody reads. */
class LazyJudgement implements Judgement {
  readonly state: Judgement['state']
  readonly isOfAbsence: boolean
  private readonly placed: Placed
  private readonly item: MeasuredItem['item']
  private readonly verdicts: readonly Verdict[]
  private written: Judgement['findings'] | undefined = undefined

  constructor(judged: JudgedResource, state: Judgement['state']) {
    const { item, placed, verdicts, isOfAbsence = false } = judged
    this.state = state
    this.isOfAbsence = isOfAbsence
    this.placed = placed
    this.item = item
    this.verdicts = verdicts
  }

  get exposure(): Judgement['exposure'] {
    return this.placed.exposure
  }

  get scopeWeight(): number {
    return this.placed.scopeWeight
  }

  get resourceKey(): string {
    return this.placed.key
  }

  get open(): number {
    return countOpen(this.verdicts)
  }

  get findings(): Judgement['findings'] {
    const { item, placed } = this
    const isWaived = this.state === 'waived'
    this.written ??= this.verdicts.map((verdict) => findingOf({ item, placed, verdict, isWaived }))
    return this.written
  }
}

function countOpen(verdicts: readonly Verdict[]): number {
  let open = 0
  for (const { status } of verdicts) if (status === 'fail' || status === 'unknown') open += 1
  return open
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
  const [only] = verdicts
  if (only !== undefined && verdicts.length === 1) return only.status
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

/**
 * Says which files may hold more resources of this control than were judged. What lives needs no such doubt: a door or
 * a database that does not answer stands in the evidence as a resource of which nothing is known.
 */
function unreadFor(control: Control, { scope, unread }: Context): string | undefined {
  return unreadIn(
    unread,
    control.sources.filter((source) => scope.has(source) && fileSources.includes(source)),
  )
}

/** Says what could hide a resource of this control: then its absence proves nothing. */
function whatHides(control: Control, { scope, module, unread }: Context): string | undefined {
  const sources = control.sources.filter((source) => scope.has(source))
  const hidden = unreadIn(unread, sources)
  if (hidden !== undefined) return hidden
  if (!sources.includes('terraform')) return undefined
  return module === undefined ? undefined : `${module.address} is not looked into`
}

function unreadIn(unread: Context['unread'], sources: readonly EvidenceSource[]): string | undefined {
  const faults = new Set(sources.flatMap((source) => unread.get(source) ?? []))
  const [first] = faults
  return first === undefined ? undefined : `${faults.size} could not be read, the first is ${first.file}`
}

/** Faults by the sources they may hide resources of, found once and not for each control. */
function unreadBySource(faults: readonly GatherFault[]): Map<EvidenceSource, GatherFault[]> {
  const bySource = new Map<EvidenceSource, GatherFault[]>()
  for (const fault of faults) {
    for (const source of sourcesOf(fault)) {
      const others = bySource.get(source)
      if (others === undefined) bySource.set(source, [fault])
      else others.push(fault)
    }
  }
  return bySource
}

/** Tells which sources a fault may hide resources of. */
export function sourcesOf({ hides = fileSources }: GatherFault): readonly EvidenceSource[] {
  return hides
}
