/** Judges facts again, with nothing but a bundle, and says where the outcome is another one. */
import Type, { type Static } from 'typebox'
import {
  evidenceSources,
  type EvidenceSource,
  type Posture,
  type PostureItem,
} from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { describePosture } from '../report/describe.ts'
import type { Ages } from '../score/ages.ts'
import { postureOf } from '../score/assess.ts'
import { judge, type Judged } from '../score/judge.ts'
import type { JudgedItem, Judgement } from '../score/judged.ts'
import type { Waiver } from '../score/waiver.ts'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

/**
 * What came of the items that rest on the value of a secret, which no bundle holds: their verdicts are taken on trust,
 * and nothing else is.
 */
export const Trusted = Type.Array(
  Type.Object({
    id: Type.String(),
    state: oneOf(['fail', 'unknown', 'pass', 'waived', 'not-applicable'] as const),
    judgements: Type.Array(
      Type.Object({
        resource: Type.String(),
        state: oneOf(['fail', 'unknown', 'pass', 'waived', 'not-applicable'] as const),
        findings: Type.Array(
          Type.Object({
            id: Type.String(),
            status: oneOf(['pass', 'fail', 'unknown', 'not-applicable'] as const),
          }),
        ),
      }),
    ),
  }),
)
export type Trusted = Static<typeof Trusted>

export interface JudgeAgain {
  /** Says when it was judged and what was in the scope. */
  readonly posture: Posture
  readonly evidence: Evidence
  readonly waivers: readonly Waiver[]
  readonly measured: readonly MeasuredItem[]
}

/** Lists what comes out otherwise where secrets are hidden, as it came out where they were known. */
export function trustedOf(given: JudgeAgain, hidden: Evidence): Trusted {
  const again = new Map(judgeAgain({ ...given, evidence: hidden }).items.map((item) => [item.item.id, item]))
  return judgeAgain(given)
    .items.map(outlineOf)
    .filter((outline) => {
      const other = again.get(outline.id)
      return other === undefined || JSON.stringify(outlineOf(other)) !== JSON.stringify(outline)
    })
}

function outlineOf({ item, state, judgements }: JudgedItem): Trusted[number] {
  return {
    id: item.id,
    state,
    judgements: judgements.map((judgement) => ({
      resource: judgement.resourceKey,
      state: judgement.state,
      findings: judgement.findings.map(({ id, status }) => ({ id, status })),
    })),
  }
}

function judgeAgain({ posture, evidence, waivers, measured }: JudgeAgain): Judged {
  return judge({
    evidence,
    waivers,
    measured,
    scope: scopeOf(posture),
    nowMillis: Date.parse(posture.scannedAt),
  })
}

function scopeOf({ sources }: Posture): ReadonlySet<EvidenceSource> {
  const given = new Set(sources.map(({ source }) => source))
  return new Set(evidenceSources.filter((source) => given.has(source)))
}

export interface Rebuild extends JudgeAgain {
  readonly failingSince: Ages
  readonly trusted: Trusted
}

/** Makes the posture anew from facts. */
export function rebuild({ failingSince, trusted, ...given }: Rebuild): Posture {
  const { evidence, waivers, measured } = given
  const judged = judgeAgain(given)
  const byId = new Map(trusted.map((outline) => [outline.id, outline]))
  const items = judged.items.map((item) => withOutline(item, byId.get(item.item.id)))
  const endedMillis = Date.parse(given.posture.scannedAt)
  const input = {
    evidence,
    waivers,
    measured,
    scope: scopeOf(given.posture),
    startedMillis: endedMillis,
    endedMillis,
    findingLimit: Number.MAX_SAFE_INTEGER,
    ...(given.posture.items.some(({ settled }) => settled !== undefined)
      ? { settledLimit: Number.MAX_SAFE_INTEGER }
      : {}),
  }
  const posture = postureOf(input, { ...judged, items }, failingSince)
  return describePosture(posture, { evidence, measured })
}

/** Puts the verdicts that are taken on trust on the resources that the facts hold, and on no others. */
function withOutline(item: JudgedItem, outline: Trusted[number] | undefined): JudgedItem {
  if (outline === undefined) return item
  const verdicts = new Map(outline.judgements.map((each) => [each.resource, each]))
  const judgements = item.judgements.map((judgement): Judgement => {
    const { resourceKey } = judgement
    const told = verdicts.get(resourceKey)
    if (told === undefined) return judgement
    const findings = told.findings.map(({ id, status }) => ({
      id,
      status,
      control: item.item.id,
      severity: item.item.sev,
      resource: resourceKey,
      expected: '',
      ...(told.state === 'waived' && status === 'fail' ? { waived: true } : {}),
    }))
    const open = findings.filter(({ status }) => status === 'fail' || status === 'unknown').length
    const { exposure, scopeWeight = 1 } = judgement
    return { exposure, scopeWeight, resourceKey, state: told.state, findings, open }
  })
  return { ...item, state: outline.state, judgements }
}

/** Says in one sentence each where a posture and the one made anew are not the same. */
export function differencesOf(posture: Posture, again: Posture, trusted: Trusted): string[] {
  const ids = new Set(trusted.map(({ id }) => id))
  const said = new Map(posture.items.map((item) => [item.id, item]))
  const made = new Map(again.items.map((item) => [item.id, item]))
  const items = [...new Set([...said.keys(), ...made.keys()])].filter(
    (id) => outcomeOf(said.get(id), said.get(id), ids) !== outcomeOf(made.get(id), said.get(id), ids),
  )
  const parts = partsOf(posture, ids)
  const others = partsOf(again, ids)
  const differing = Object.keys(parts).filter(
    (name) => JSON.stringify(parts[name]) !== JSON.stringify(others[name]),
  )
  return [...items, ...differing].map(
    (name) => `${name} comes out otherwise when its facts are judged again by these rules`,
  )
}

/** All that follows from the facts, but for the items and for what compares with another scan. */
function partsOf(posture: Posture, trusted: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const { score, sources, read, unwatched, outside, frameworks, faults } = posture
  // Whether a waiver was used by an item that is taken on trust the facts do not say.
  const waivers = posture.waivers.map((waiver) =>
    trusted.has(waiver.control) && waiver.state !== 'expired' ? { ...waiver, state: 'unused' } : waiver,
  )
  return { score, sources, read, unwatched, outside, frameworks, waivers, faults }
}

/** All but the texts of findings: they may hold what was hidden since. Compares as many as the posture lists. */
function outcomeOf(
  item: PostureItem | undefined,
  said: PostureItem | undefined,
  trusted: ReadonlySet<string>,
): string {
  if (item === undefined || said === undefined) return String(item === undefined)
  const { findings, omitted, settled = [], settledOmitted = 0, ...rest } = item
  const listed = findings.slice(0, said.findings.length).map((finding) => {
    const { id, status, waived, since, severity, resource, location, part, expected } = finding
    const known = { id, status, waived, since, severity }
    return trusted.has(item.id) ? known : { ...known, resource, location, part, expected }
  })
  const settledListed = settled
    .slice(0, said.settled?.length ?? 0)
    .map(({ id, status, resource, file, line }) => {
      return trusted.has(item.id) ? { id, status } : { id, status, resource, file, line }
    })
  const counts = [findings.length + omitted, settled.length + settledOmitted]
  return JSON.stringify([rest, listed, settledListed, counts])
}
