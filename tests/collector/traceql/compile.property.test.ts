/** Queries come from whoever reaches the query door: whatever they are, they compile or are refused. */
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { emptySpan } from '../../../collector/process/model.ts'
import { compileQuery } from '../../../collector/traceql/compile.ts'

const pieces = fc.constantFrom(
  '{', '}', '(', ')', '&&', '||', '=', '!=', '=~', '!~', '>', '<', '>=', '"x"', '`y', '"', '\\', '100ms', '1.5s',
  '-3', '5xx', 'nil', 'true', 'status', 'error', 'name', 'duration', 'span.a', 'resource.', '.', '."q"', '|', '>>', ' ',
) // prettier-ignore

describe('any text as a TraceQL query', () => {
  it('compiles or is refused with a code', () => {
    const texts = fc.oneof(fc.string(), fc.array(pieces).map((all) => all.join(' ')), fc.array(pieces).map((all) => `{ ${all.join('')} }`)) // prettier-ignore
    fc.assert(
      fc.property(texts, (text) => {
        try {
          compileQuery(text).ofSpan({ span: emptySpan(), resource: [] })
        } catch (error) {
          if (!(error instanceof CollectorError)) throw error
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
