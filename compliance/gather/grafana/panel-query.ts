/** PromQL of panels: with variables of Grafana, which stand for texts, names, numbers or durations. */
import { factsOf } from '../promql/facts.ts'
import { valueOfJson, type Value } from '../value.ts'

const variable = /\$(?:\{[^{}]*\}|\w+)|\[\[\w+\]\]/g

/** Reads a query; a variable nobody can read the query with leaves it unknown. */
export function panelQuery(text: string, isCertain: boolean): Value {
  const timed = text
    .replace(/\$(?:__interval_ms|__range_ms|__range_s|\{__(?:interval_ms|range_ms|range_s)\})/g, '300')
    .replace(/\$(?:__rate_interval|__interval|__range|\{__(?:rate_interval|interval|range)\})/g, '5m')
    .replace(/([[:]\s*)(?:\$(?:\{[^{}]*\}|\w+)|\[\[\w+\]\])/g, (_, before: string) => `${before}5m`)
  let first = factsOf(timed)
  let hasVariable = false
  for (const value of ['v', '5']) {
    const facts = factsOf(
      timed.replace(variable, () => {
        hasVariable = true
        return value
      }),
    )
    if (facts['fault'] === undefined) {
      first = facts
      break
    }
  }
  if (typeof first['unread'] === 'string') return { kind: 'unknown', why: `the query is ${first['unread']}` }
  if (first['fault'] === undefined) return valueOfJson(first)
  if (hasVariable) return { kind: 'unknown', why: 'the query depends on variables of the dashboard' }
  return isCertain
    ? valueOfJson(first)
    : { kind: 'unknown', why: 'the query may be in another language than PromQL' }
}
