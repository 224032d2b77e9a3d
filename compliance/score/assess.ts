/** From evidence to a posture: the whole way of one scan but the looking and the telling. */
import { createHash } from 'node:crypto'
import {
  evidenceSources,
  type EvidenceSource,
  type Posture,
  type PostureFinding,
  type PostureItem,
  type PostureWaiver,
  type SettledResource,
} from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { agesOf, type Ages } from './ages.ts'
import { coverageOf } from './coverage.ts'
import { viewFrameworks } from './frameworks.ts'
import { judge, sourcesOf, type Judged } from './judge.ts'
import type { JudgedItem, Judgement } from './judged.ts'
import { rulesDigest } from './rules-digest.ts'
import { computeScore } from './score.ts'
import { isExpired, type Waiver } from './waiver.ts'

export interface AssessInput {
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  readonly scope: ReadonlySet<EvidenceSource>
  /** When the scan began and ended, milliseconds since the epoch. */
  readonly startedMillis: number
  readonly endedMillis: number
  /** Since when a finding fails, by its id, from scans before. */
  readonly failingSince?: Ages
  readonly previous?: Posture
  /** Most findings listed per item; the others are counted. Default 100. */
  readonly findingLimit?: number
  /** Most resources listed per item that pass or do not apply. By default they are not listed. */
  readonly settledLimit?: number
}

/** Most findings listed per item, faults and sources of one report: what is left out is counted. */
const findingsByDefault = 100
const faultLimit = 200
const readLimit = 500

export interface Assessed {
  readonly posture: Posture
  /** Writes down since when each failure stands, for the next scan: every finding that fails has to be named for it. */
  readonly failingSince: () => Ages
}

/** Judges the evidence and computes the posture. */
export function assess(input: AssessInput): Posture {
  return assessWithAges(input).posture
}

/** Judges the evidence, computes the posture, and can say since when its failures stand. */
export function assessWithAges(input: AssessInput): Assessed {
  const { evidence, measured, waivers, scope, endedMillis, failingSince = new Map<string, number>() } = input
  const judged = judge({ evidence, measured, waivers, scope, nowMillis: endedMillis })
  return {
    posture: postureOf(input, judged, failingSince),
    failingSince: () => agesOf(judged.items, failingSince, endedMillis),
  }
}

/** Writes down what was judged. @param failingSince since when failures stand; what is not in it fails since this scan */
export function postureOf(input: AssessInput, judged: Judged, failingSince: Ages): Posture {
  const { evidence, measured, waivers, scope, startedMillis, endedMillis, previous } = input
  const ruleset = nameRuleset(measured, scope, evidence.parameters)
  const listed: Listed = {
    limit: input.findingLimit ?? findingsByDefault,
    settledLimit: input.settledLimit,
    failingSince,
    nowMillis: endedMillis,
  }
  return {
    version: 1,
    ruleset,
    scannedAt: new Date(endedMillis).toISOString(),
    durationMillis: endedMillis - startedMillis,
    score: computeScore({
      items: judged.items,
      coverageRatio: coverageOf(judged.items, evidence.faults.length + judged.unjudged),
      failingSince,
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
    items: judged.items.map((item) => itemOf(item, listed)),
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

/** Names the rules, the items, the sources and the parameters: a change makes scores incomparable. */
function nameRuleset(
  measured: readonly MeasuredItem[],
  scope: ReadonlySet<EvidenceSource>,
  parameters: Evidence['parameters'],
): string {
  const hash = createHash('sha256').update(`${rulesDigest}\n`)
  for (const { item } of measured) hash.update(`${item.id} ${item.sev}\n`)
  hash.update(evidenceSources.filter((source) => scope.has(source)).join(' '))
  if (parameters !== undefined) hash.update(JSON.stringify(parameters))
  return hash.digest('hex').slice(0, 16)
}

function countSources({ resources, faults }: Evidence, scope: ReadonlySet<EvidenceSource>) {
  const found = new Map<string, number>()
  for (const { kind } of resources) found.set(kind, (found.get(kind) ?? 0) + 1)
  return evidenceSources
    .filter((source) => scope.has(source))
    .map((source) => ({
      source,
      resources: found.get(source) ?? 0,
      faults: faults.filter((fault) => sourcesOf(fault)[0] === source).length,
    }))
}

interface Listed {
  readonly limit: number
  readonly settledLimit: number | undefined
  readonly failingSince: Ages
  readonly nowMillis: number
}

function itemOf({ item, group, state, why, isUnread, judgements }: JudgedItem, listed: Listed): PostureItem {
  const counts = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0, waived: 0 }
  for (const each of judgements) counts[each.state] += 1
  const { findings, omitted } = openFindings(judgements, listed.limit)
  return {
    id: item.id,
    title: item.title,
    group,
    severity: item.sev,
    state,
    counts,
    ...(why === undefined ? {} : { why }),
    ...(isUnread === true ? { isUnread } : {}),
    findings: findings.map((finding) => withAge(finding, listed)),
    omitted,
    ...settledOf(judgements, listed.settledLimit),
  }
}

/** Lists what passes or does not apply, so that somebody may look at a part of it. */
function settledOf(
  judgements: readonly Judgement[],
  limit: number | undefined,
): Pick<PostureItem, 'settled' | 'settledOmitted'> {
  if (limit === undefined) return {}
  const settled: SettledResource[] = []
  let omitted = 0
  for (const { findings } of judgements) {
    for (const { id, status, resource, location, found } of findings) {
      if (status !== 'pass' && status !== 'not-applicable') continue
      if (settled.length >= limit) {
        omitted += 1
        continue
      }
      const place = location === undefined ? {} : { file: location.file, line: location.startLine }
      settled.push({ id, status, resource, ...place, ...(found === undefined ? {} : { found }) })
    }
  }
  return { settled, settledOmitted: omitted }
}

/** What fails since this scan need not say so. */
function withAge(finding: PostureFinding, { failingSince, nowMillis }: Listed): PostureFinding {
  const since = finding.status === 'fail' ? (failingSince.get(finding.id) ?? nowMillis) : nowMillis
  return since < nowMillis ? { ...finding, since: new Date(since).toISOString() } : finding
}

/** The worst first; what nobody reads is counted and not written. */
const openStates = ['fail', 'unknown', 'waived'] as const

function openFindings(judgements: readonly Judgement[], limit: number) {
  const findings: PostureFinding[] = []
  let open = 0
  for (const state of openStates) {
    for (const each of judgements) {
      if (each.state !== state) continue
      open += each.open
      if (findings.length >= limit) continue
      findings.push(...each.findings.filter(({ status }) => status === 'fail' || status === 'unknown'))
    }
  }
  return { findings: findings.slice(0, limit), omitted: Math.max(0, open - limit) }
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
    state: isExpired(waiver, nowMillis) ? 'expired' : whenActive,
  }
}
