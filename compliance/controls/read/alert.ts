/** How controls read rules of Prometheus: what an alert compares, and with which number. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'

/** True for an alerting rule. */
export function isAlert({ kind, type }: Resource): boolean {
  return kind === 'prometheus' && type === 'alert'
}

/** True for a recording rule. */
export function isRecord({ kind, type }: Resource): boolean {
  return kind === 'prometheus' && type === 'record'
}

/** Name and expression of a rule, to look for series and words in. */
export function textsOfRule(rule: Resource): string {
  const expr = attributeOf(rule, 'expr')
  return `${rule.name} ${expr?.known === true ? textOf(expr.value) : ''}`
}

/** Judges an alert that fires above a number: it may be at most `most`. */
export function judgeThreshold(judge: Judge, alert: Resource, most: number): Verdict {
  const expr = attributeOf(alert, 'expr')
  if (expr?.known !== true) return judge.unknown(`its expression ${expr?.why ?? 'is not there'}`, expr)
  const threshold = thresholdOf(textOf(expr.value))
  if (threshold === undefined) return judge.unknown('with what it compares cannot be told', expr)
  const found = `it fires above ${threshold}`
  return threshold <= most ? judge.pass(found, expr) : judge.fail(found, expr)
}

/**
 * Takes the number behind the last comparison at the end of an expression: `time() - x > 15 * 60` → 900.
 *
 * @returns undefined where the end of the expression is no comparison with numbers
 */
export function thresholdOf(expr: string): number | undefined {
  const found = />=?\s*(?:bool\s+)?([\d.eE+*\s()]+)$/.exec(expr.slice(-200).trim())?.[1]
  if (found === undefined) return undefined
  const factors = found
    .replace(/[()\s]/g, '')
    .split('*')
    .map(Number)
  const product = factors.reduce((left, right) => left * right, 1)
  return Number.isFinite(product) ? product : undefined
}
