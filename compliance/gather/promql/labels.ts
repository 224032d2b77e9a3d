/** Which labels the series of an expression can have, and which they have for certain, as far as it decides that. */
import { setOperators, typeOf } from './check.ts'
import type { Aggregate, Binary, Call, Expression, Selector } from './syntax.ts'

const keeping: ReadonlySet<string> = new Set(
  'abs ceil floor round clamp clamp_max clamp_min sort sort_desc exp ln log2 log10 sqrt timestamp rate increase irate delta idelta deriv changes resets last_over_time min_over_time max_over_time avg_over_time sum_over_time count_over_time'.split(
    ' ',
  ),
)

/** They choose series, or make labels of values. */
const choosing: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'])

/** Lists the labels a series of an expression can have; undefined where what was measured decides. */
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

/**
 * Lists labels that every series of an expression has with some value. `by` makes none: a series without the label
 * stays without it.
 */
export function certainLabelsOf(expression: Expression): ReadonlySet<string> {
  switch (expression.kind) {
    case 'selector':
      return selectedLabels(expression)
    case 'aggregate':
      return groupedLabels(expression)
    case 'call': {
      const [first] = expression.operands
      return keeping.has(expression.name) && first !== undefined ? certainLabelsOf(first) : none
    }
    case 'subquery':
    case 'negative':
      return certainLabelsOf(expression.of)
    case 'binary': {
      const { operator, left, right } = expression
      if (typeOf(left) === 's') return certainLabelsOf(right)
      const isLeft = typeOf(right) === 's' || operator === 'and' || operator === 'unless'
      return isLeft ? certainLabelsOf(left) : none
    }
    default:
      return none
  }
}

const none: ReadonlySet<string> = new Set()
/** What Prometheus gives everything it scrapes; a name with a colon is one of a rule. */
const scraped = ['job', 'instance']

function selectedLabels({ metric, matchers }: Selector): ReadonlySet<string> {
  const matched = matchers
    .filter(
      ({ operator, value }) => (operator === '=' && value !== '') || (operator === '!=' && value === ''),
    )
    .map(({ label }) => label)
  const isRaw = metric !== '' && !metric.includes(':')
  return new Set([...matched, ...(isRaw ? scraped : [])])
}

function groupedLabels({ name, operands, by = [], without }: Aggregate): ReadonlySet<string> {
  const operand = operands.at(-1)
  if (operand === undefined || name === 'count_values') return none
  const labels = certainLabelsOf(operand)
  if (without !== undefined) return new Set([...labels].filter((label) => !without.includes(label)))
  return choosing.has(name) ? labels : new Set(by.filter((label) => labels.has(label)))
}
