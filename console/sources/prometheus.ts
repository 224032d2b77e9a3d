/** Instant queries of the console itself to Prometheus, as plain samples. */
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import { askJson } from './upstream.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const VectorAnswer = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({
    resultType: Type.Literal('vector'),
    result: Type.Array(
      Type.Object({
        metric: Type.Record(Type.String(), Type.String()),
        value: Type.Array(Type.Union([Type.Number(), Type.String()]), { minItems: 2, maxItems: 2 }),
      }),
    ),
  }),
})
const checkVector = validator(VectorAnswer)

export type PrometheusQuery = (expression: string) => Promise<readonly Sample[]>

/** Opens the query door of a Prometheus at `base`. */
export function prometheusAt(base: string): PrometheusQuery {
  return async (expression) => {
    const url = `${base}/api/v1/query?query=${encodeURIComponent(expression)}`
    const outcome = checkVector(await askJson({ url, timeoutMillis: 5_000 }))
    if (!outcome.valid) throw new ConsoleError('UPSTREAM_INVALID', 'answered no vector')
    return outcome.value.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }
}
