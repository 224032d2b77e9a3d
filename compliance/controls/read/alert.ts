/** How controls look for words in rules of Prometheus. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

/** True for a recording rule. */
export function isRecord({ kind, type }: Resource): boolean {
  return kind === 'prometheus' && type === 'record'
}

/** Name and expression of a rule, to look for series and words in. */
export function textsOfRule(rule: Resource): string {
  const expr = attributeOf(rule, 'expr')
  return `${rule.name} ${expr?.known === true ? textOf(expr.value) : ''}`
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
