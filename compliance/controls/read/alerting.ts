/** How controls read alerts of Prometheus: what they compare, how soon they fire, and which one is enough. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Evidence,
  type Json,
  type Resource,
} from '../../evidence.ts'
import type { Control, ControlPage, Mend } from '../control.ts'
import { textOf } from '../text.ts'
import type { Answer } from './certainty.ts'
import { judgeBy } from '../verdict.ts'

/** True for a rule that notifies. */
export function isAlert({ kind, type }: Resource): boolean {
  return kind === 'prometheus' && type === 'alert'
}

/** One comparison with a number somewhere in an expression. */
export interface Compared {
  readonly operator: string
  readonly threshold: number
  readonly metrics: readonly string[]
  readonly functions: readonly string[]
  /** As they are written: `code=~5..`. */
  readonly matchers: readonly string[]
  /** Of its ranges, in seconds. */
  readonly ranges: readonly number[]
  readonly isRatio: boolean
  /** A share shown as 0 to 100. */
  readonly isPercent: boolean
  /** What is left of 1 or 100, or of a total. */
  readonly isComplement: boolean
  readonly quantile: number | undefined
  readonly keepsLe: boolean
  /** What the number counts: of a ratio what stands above the line. */
  readonly counted: { readonly metrics: readonly string[]; readonly matchers: readonly string[] }
  /** It looks at each target, and not at many at once. */
  readonly keepsTarget: boolean
}

/** Lists the comparisons of an alert; undefined where its expression is not known. */
export function comparedIn(alert: Resource): readonly Compared[] | undefined {
  const all = attributeOf(alert, 'query.comparisons')
  const query = attributeOf(alert, 'query')
  if (query === undefined || all?.known === false) return undefined
  if (!query.known && all === undefined) return undefined
  return childrenOf(alert, 'query.comparisons').map((path) => {
    const of = (name: string) => knownValueOf(alert, `${path}.${name}`)
    return {
      operator: textOf(of('operator')),
      threshold: Number(of('threshold')),
      metrics: textsOf(of('metrics')),
      functions: textsOf(of('functions')),
      matchers: textsOf(of('matchers')),
      ranges: textsOf(of('ranges')).map(Number),
      isRatio: of('is_ratio') === true,
      isPercent: of('is_percent') === true,
      isComplement: of('is_complement') === true,
      quantile: typeof of('quantile') === 'number' ? Number(of('quantile')) : undefined,
      keepsLe: of('keeps_le') === true,
      counted: { metrics: textsOf(of('counted_metrics')), matchers: textsOf(of('counted_matchers')) },
      keepsTarget: of('keeps_target') === true,
    }
  })
}

/** Lists the texts of a list; numbers as text. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((each: Json) => textOf(each)) : []
}

/** Lists the metrics of an expression. */
export function metricsOf(alert: Resource): readonly string[] {
  return textsOf(knownValueOf(alert, 'query.metrics'))
}

/** Reads a threshold as a share from 0 to 1, whether it is written as one or as 0 to 100. */
export function shareOf({ threshold, isPercent, isRatio }: Compared): number {
  return isPercent || (!isRatio && threshold > 1) ? threshold / 100 : threshold
}

/** Reads from which used share on a comparison holds; undefined where it looks the other way. */
export function usedShareOf(compared: Compared, free: RegExp): number | undefined {
  const isFree = [...compared.metrics, ...compared.matchers].some((each) => free.test(each))
  const isAbove = compared.operator.startsWith('>')
  // What is left of what is free is what is used.
  if (isFree === compared.isComplement) return isAbove ? shareOf(compared) : undefined
  return isAbove || !compared.operator.startsWith('<') ? undefined : 1 - shareOf(compared)
}

/** Says why a comparison does not hold above `most` at the latest. */
export function whyAbove({ operator, threshold }: Compared, most: number): string | undefined {
  if (!operator.startsWith('>')) return `it fires ${operator} ${threshold}`
  return threshold <= most ? undefined : `it fires above ${threshold}`
}

export interface AlertItem {
  readonly id: string
  /** What there must be an alert on: `a processor that is busy`. */
  readonly about: string
  readonly expected: string
  readonly fix: string
  readonly page: ControlPage
  /** True for a comparison on what the item is about. */
  readonly concerns: (compared: Compared, alert: Resource) => boolean
  /** True for an alert that is about it without a comparison. */
  readonly isAbout?: (alert: Resource) => boolean
  /** Says what is wrong; undefined for a comparison that is right. */
  readonly whyWrong?: (compared: Compared, alert: Resource, evidence: Evidence) => string | undefined
  /** True for an alert on what the item is about that compares it with what is no number. */
  readonly isUnclear?: (alert: Resource) => boolean
  /** Longest `for`, in seconds. */
  readonly withinSeconds?: (alert: Resource, evidence: Evidence) => number
  /** Severities of which it must have one; by default any. */
  readonly severities?: readonly string[] | 'none-needed'
}

interface AlertControl extends Control {
  readonly page: ControlPage
  /** True where an alert that is right is there. */
  readonly isThere: (evidence: Evidence) => boolean
}

/** Makes the control of an item that asks for an alert: one that is right is enough, wherever it stands. */
export function alertControl(item: AlertItem): AlertControl {
  const judge = judgeBy(item.expected, item.fix)
  const found = new WeakMap<Evidence, string | undefined>()
  const rightOne = (evidence: Evidence): string | undefined => {
    if (!found.has(evidence)) {
      const right = evidence.resources.find((each) => isAlert(each) && whyNot(item, each, evidence) === '')
      found.set(evidence, right?.name)
    }
    return found.get(evidence)
  }
  return {
    id: item.id,
    sources: ['prometheus'],
    page: item.page,
    isOneEnough: true,
    isThere: (evidence) => rightOne(evidence) !== undefined,
    applies: (resource) => isAlert(resource) && concerned(item, resource) !== 'no',
    check: (resource, evidence) => {
      const why = concerned(item, resource) === 'maybe' ? undefined : whyNot(item, resource, evidence)
      if (why === '') return judge.pass(`${resource.name} fires in time`)
      const right = rightOne(evidence)
      if (right !== undefined) return judge.notApplicable(`${right} is there for it`)
      if (why === undefined) return judge.unknown('what it compares cannot be told')
      return { ...judge.fail(`${resource.name}: ${why}`), ...mendOf(item, resource, why) }
    },
    missing: (evidence) => missingAlert(item, evidence),
  }
}

function concerned(item: AlertItem, alert: Resource): Answer {
  const compared = comparedIn(alert)
  if (compared === undefined) return 'maybe'
  const isIt = compared.some((each) => item.concerns(each, alert)) || item.isAbout?.(alert) === true
  if (isIt) return 'yes'
  return item.isUnclear?.(alert) === true ? 'maybe' : 'no'
}

/** Says why an alert is not the one; empty when it is, undefined when nobody can tell. */
function whyNot(item: AlertItem, alert: Resource, evidence: Evidence): string | undefined {
  const compared = comparedIn(alert)
  const never = textOf(knownValueOf(alert, 'query.fault') ?? knownValueOf(alert, 'query.never'))
  if (compared === undefined) return undefined
  const own = compared.filter((each) => item.concerns(each, alert))
  if (own.length === 0 && item.isAbout?.(alert) !== true) return 'it is about something else'
  if (never !== '') return `it never fires: ${never}`
  const wrongs = own.map((each) => item.whyWrong?.(each, alert, evidence) ?? '')
  if (own.length > 0 && !wrongs.includes('')) return wrongs[0]
  return whyLate(item, alert, evidence) ?? whySeverity(item, alert)
}

function whyLate(item: AlertItem, alert: Resource, evidence: Evidence): string | undefined {
  const most = item.withinSeconds?.(alert, evidence)
  if (most === undefined) return undefined
  const seconds = knownValueOf(alert, 'for_seconds')
  if (typeof seconds !== 'number') return 'for is not known'
  return seconds > most ? `for is ${seconds} s, at most ${most} s` : undefined
}

function whySeverity(item: AlertItem, alert: Resource): string | undefined {
  if (item.severities === 'none-needed') return ''
  const severity = attributeOf(alert, 'labels.severity')
  if (severity === undefined) return 'it has no label severity'
  if (!severity.known) return undefined
  const isRight = item.severities?.includes(textOf(severity.value).toLowerCase()) ?? true
  return isRight ? '' : `severity is ${textOf(severity.value)}`
}

function mendOf(item: AlertItem, alert: Resource, why: string): { readonly mend?: readonly Mend[] } {
  const [severity = 'warning'] = item.severities === 'none-needed' ? [] : (item.severities ?? [])
  if (/severity/.test(why)) return { mend: [{ set: 'labels.severity', to: severity }] }
  const seconds = /^for is \d+ s, at most (\d+) s$/.exec(why)?.[1]
  const hasFor = attributeOf(alert, 'for') !== undefined
  return seconds === undefined || !hasFor ? {} : { mend: [{ set: 'for', to: `${seconds}s` }] }
}

function missingAlert(item: AlertItem, evidence: Evidence): ReturnType<NonNullable<Control['missing']>> {
  const judge = judgeBy(item.expected, item.fix)
  const rules = firstOf(evidence, 'rules')
  if (rules !== undefined) {
    return { resource: rules, verdict: judge.fail(`no alert on ${item.about}`) }
  }
  const config = firstOf(evidence, 'config')
  if (config === undefined) return undefined
  const hasRules = knownValueOf(config, 'has_rules')
  const verdict =
    hasRules === false
      ? judge.fail(`no rules, and so no alert on ${item.about}`)
      : judge.unknown('its rules are not part of the scan')
  return { resource: config, verdict }
}

function firstOf({ resources }: Evidence, type: string): Resource | undefined {
  return resources
    .filter((each) => each.kind === 'prometheus' && each.type === type)
    .sort((left, right) => (left.position.file < right.position.file ? -1 : 1))[0]
}
