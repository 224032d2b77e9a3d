/** An alert on a burn rate that no traffic can reach is an alert that never fires. */
import { isAlert, type RuleFile } from '../model.ts'
import { budgetOf } from '../slo/burn-windows.ts'
import type { LintFault } from './lint-fault.ts'
import { childrenOf, descendants, parseExpression, textOf } from './syntax.ts'

/** Holds every burn rate an alert compares with against the objective recorded in the same file. */
export function lintBurnFactors({ name: file, groups }: RuleFile): LintFault[] {
  const rules = groups.flatMap((group) => group.rules)
  const objective = rules.find((rule) => !isAlert(rule) && rule.record === 'slo:objective:ratio')
  return rules.filter(isAlert).flatMap(({ alert, expr }) =>
    factorsIn(expr).flatMap((factor) => {
      if (objective === undefined) return [{ file, rule: alert, expected: 'an objective for its burn rates' }]
      const budget = budgetOf(Number(/^vector\((.+)\)$/.exec(objective.expr)?.[1]))
      if (factor * budget <= 1) return []
      return [{ file, rule: alert, expected: `a burn rate of at most ${1 / budget}, found ${factor}` }]
    }),
  )
}

function factorsIn(expr: string): number[] {
  const expression = parseExpression(expr)
  return descendants(expression.tree.topNode, 'BinaryExpr').flatMap((node) => {
    const [left, operator, right] = childrenOf(node)
    if (left === undefined || operator?.name !== 'Gtr' || right?.name !== 'NumberDurationLiteral') return []
    return textOf(expression, left).startsWith('slo:burn_rate:') ? [Number(textOf(expression, right))] : []
  })
}
