/** From evidence to a posture: the whole way of one scan but the looking and the telling. */
import { createHash } from 'node:crypto'
import {
  evidenceSources,
  type EvidenceSource,
  type Posture,
  type PostureItem,
  type PostureWaiver,
} from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { coverageOf } from './coverage.ts'
import { viewFrameworks } from './frameworks.ts'
import { judge, sourcesOf, type Judged } from './judge.ts'
import type { JudgedItem, Judgement } from './judged.ts'
import { computeScore } from './score.ts'
import { isActive, type Waiver } from './waiver.ts'

export interface AssessInput {
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  readonly scope: ReadonlySet<EvidenceSource>
  /** When the scan began and ended, milliseconds since the epoch. */
  readonly startedMillis: number
  readonly endedMillis: number
  /** Since when a finding fails, by its id, from scans before. */
  readonly failingSince?: ReadonlyMap<string, number>
  readonly previous?: Posture
  /** Most findings listed per item; the others are counted. Default 100. */
  readonly findingLimit?: number
}

/** Most findings listed per item, faults and sources of one report: what is left out is counted. */
const findingsByDefault = 100
const faultLimit = 200
const readLimit = 500

/** Judges the evidence and computes the posture. */
export function assess(input: AssessInput): Posture {
  const { evidence, measured, waivers, scope, startedMillis, endedMillis, previous } = input
  const judged = judge({ evidence, measured, waivers, scope, nowMillis: endedMillis })
  const ruleset = nameRuleset(measured, scope, evidence.parameters)
  return {
    version: 1,
    ruleset,
    scannedAt: new Date(endedMillis).toISOString(),
    durationMillis: endedMillis - startedMillis,
    score: computeScore({
      items: judged.items,
      coverageRatio: coverageOf(judged.items, evidence.faults.length + judged.unjudged),
      failingSince: input.failingSince ?? new Map<string, number>(),
      nowMillis: endedMillis,
    }),
    ...(previous === undefined
      ? {}
      : {
          previous: {
            scannedAt: previous.scannedAt,
            low: previous.score.low,
            isComparable: previous.ruleset === ruleset,
          },
        }),
    sources: countSources(evidence, scope),
    read: evidence.sources.slice(0, readLimit),
    unwatched: judged.unwatched,
    items: judged.items.map((item) => itemOf(item, input.findingLimit ?? findingsByDefault)),
    outside: judged.outside.map(({ item }) => item.id),
    frameworks: viewFrameworks(judged.items, judged.outside),
    waivers: waivers.map((waiver) => waiverOf(waiver, judged, endedMillis)),
    faults: evidence.faults.slice(0, faultLimit).map(({ code, message, file, startLine }) => ({
      code,
      message,
      file,
      line: startLine,
    })),
  }
}

/** Names the items with their severities, the sources and the parameters: a change makes scores incomparable. */
function nameRuleset(
  measured: readonly MeasuredItem[],
  scope: ReadonlySet<EvidenceSource>,
  parameters: Evidence['parameters'],
): string {
  const hash = createHash('sha256')
  for (const { item } of measured) hash.update(`${item.id} ${item.sev}\n`)
  hash.update(evidenceSources.filter((source) => scope.has(source)).join(' '))
  if (parameters !== undefined) hash.update(JSON.stringify(parameters))
  return hash.digest('hex').slice(0, 16)
}

function countSources({ resources, faults }: Evidence, scope: ReadonlySet<EvidenceSource>) {
  return evidenceSources
    .filter((source) => scope.has(source))
    .map((source) => ({
      source,
      resources: resources.filter(({ kind }) => kind === source).length,
      faults: faults.filter((fault) => sourcesOf(fault)[0] === source).length,
    }))
}

function itemOf({ item, group, state, why, judgements }: JudgedItem, findingLimit: number): PostureItem {
  const open = [...judgements]
    .filter(isOpen)
    .sort((left, right) => rank(left) - rank(right))
    .flatMap(({ findings }) => findings.filter(({ status }) => status === 'fail' || status === 'unknown'))
  const count = (wanted: Judgement['state']) => judgements.filter((each) => each.state === wanted).length
  return {
    id: item.id,
    title: item.title,
    group,
    severity: item.sev,
    state,
    counts: {
      pass: count('pass'),
      fail: count('fail'),
      unknown: count('unknown'),
      'not-applicable': count('not-applicable'),
      waived: count('waived'),
    },
    ...(why === undefined ? {} : { why }),
    findings: open.slice(0, findingLimit),
    omitted: Math.max(0, open.length - findingLimit),
  }
}

function isOpen({ state }: Judgement): boolean {
  return state === 'fail' || state === 'unknown' || state === 'waived'
}

function rank({ state }: Judgement): number {
  return ['fail', 'unknown', 'waived'].indexOf(state)
}

function waiverOf(waiver: Waiver, { used }: Judged, nowMillis: number): PostureWaiver {
  const { control, resource, owner, approver, reason, expires } = waiver
  const whenActive = used.has(waiver) ? 'active' : 'unused'
  return {
    control,
    ...(resource === undefined ? {} : { resource }),
    owner,
    approver,
    reason,
    expires,
    state: isActive(waiver, nowMillis) ? whenActive : 'expired',
  }
}
