/** A condition and its opposite share out everything between them. */
import { expect } from 'chai'
import fc from 'fast-check'
import { createFilter } from '../../../collector/process/filter.ts'
import { createTransform } from '../../../collector/process/transform.ts'
import { countItems } from '../../../collector/process/model.ts'
import { anyLogs, anyTraces } from '../arbitrary.ts'

const now = { now: () => 0n }
const conditions = fc.constantFrom(
  'kind > 2',
  'name == nil or status.code == STATUS_CODE_ERROR',
  'end_time_unix_nano - start_time_unix_nano < 0',
  'IsMatch(name, "[a-z]") and not IsRootSpan()',
  'attributes["a"] == nil',
  'Len(attributes) >= 2 and resource.dropped_attributes_count > 5',
  'scope.name < span.name',
)

describe('the filter', () => {
  it('keeps by a condition what it drops by its opposite', () => {
    fc.assert(
      fc.property(anyTraces, conditions, (batch, condition) => {
        const kept = (each: string) =>
          countItems(
            createFilter({ errorMode: 'propagate', traces: { span: [each] } }, now).traces?.(
              structuredClone(batch),
            ) ?? [],
          )
        expect(kept(condition) + kept(`not (${condition})`)).to.equal(countItems(batch))
      }),
    )
  })

  it('changes nothing of what it keeps, and a transform without statements changes nothing', () => {
    fc.assert(
      fc.property(anyLogs, (batch) => {
        const items = (each: typeof batch) =>
          each.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.items))
        const filter = createFilter({ errorMode: 'propagate', logs: { logRecord: ['false'] } }, now)
        expect(items(filter.logs?.(structuredClone(batch)) ?? [])).to.deep.equal(items(batch))
        const transform = createTransform(
          { errorMode: 'propagate', traceStatements: [], metricStatements: [], logStatements: [] },
          now,
        )
        expect(transform.logs?.(structuredClone(batch))).to.deep.equal(batch)
      }),
    )
  })
})
