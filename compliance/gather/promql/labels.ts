/** Which labels the series of an expression have, where the expression itself decides that. */
import { setOperators, typeOf } from './check.ts'
import type { Binary, Call, Expression } from './syntax.ts'

const keeping: ReadonlySet<string> = new Set(
  'abs ceil floor round clamp clamp_max clamp_min sort sort_desc exp ln log2 log10 sqrt timestamp rate increase irate delta idelta deriv changes resets last_over_time min_over_time max_over_time avg_over_time sum_over_time count_over_time'.split(
    ' ',
  ),
)

/** They choose series, or make labels of values. */
const choosing: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'])

/** Lists the labels of every series of an expression; undefined where what was measured decides. */
export function labelsOf(expression: Expression): ReadonlySet<string> | undefined {
  switch (expression.kind) {
    case 'aggregate':
      return expression.without === undefined && !choosing.has(expression.name)
        ? new Set(expression.by ?? [])
        : undefined
    case 'call':
      return calledLabels(expression)
    case 'subquery':
    case 'negative':
      return labelsOf(expression.of)
    case 'binary':
      return binaryLabels(expression)
    default:
      return undefined
  }
}

function calledLabels({ name, operands }: Call): ReadonlySet<string> | undefined {
  if (name === 'vector') return new Set()
  const [first] = operands
  if (first === undefined) return undefined
  if (name === 'histogram_quantile') {
    const labels = operands[1] === undefined ? undefined : labelsOf(operands[1])
    return labels === undefined ? undefined : new Set([...labels].filter((label) => label !== 'le'))
  }
  return keeping.has(name) ? labelsOf(first) : undefined
}

function binaryLabels({ operator, left, right, isGrouped }: Binary): ReadonlySet<string> | undefined {
  if (isGrouped) return undefined
  if (typeOf(left) === 's') return labelsOf(right)
  if (typeOf(right) === 's' || operator === 'and' || operator === 'unless') return labelsOf(left)
  const [a, b] = [labelsOf(left), labelsOf(right)]
  if (a === undefined || b === undefined || setOperators.has(operator)) return undefined
  return a.symmetricDifference(b).size === 0 ? a : undefined
}
