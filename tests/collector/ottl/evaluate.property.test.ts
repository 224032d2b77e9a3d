/** Statements of random functions on random spans: nothing is thrown but what a configuration may ignore. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { functions } from '../../../collector/ottl/functions/registry.ts'
import { createTransform } from '../../../collector/process/transform.ts'
import { anyLogs, anyTraces } from '../arbitrary.ts'
import { logsOf } from '../terse.ts'

const path = fc.constantFrom(
  'span.name',
  'span.attributes',
  'span.attributes["a"]',
  'span.attributes["a"]["b"]',
  'span.kind',
  'span.start_time',
  'span.start_time_unix_nano',
  'span.trace_id',
  'span.trace_id.string',
  'span.status.message',
  'span.kind.string',
  'resource.attributes',
  'span.cache["x"]',
)
const literal = fc.constantFrom(
  '"a"',
  '"(?P<g>a)+"',
  '""',
  '1',
  '-1',
  '9223372036854775807',
  '0',
  '1.5',
  'nil',
  'true',
  '[]',
  '["a", 1]',
  '{"a": 1}',
  '0x01',
  'SPAN_KIND_SERVER',
  'SHA256',
  '"insert"',
  '"value"',
  '"1h"',
  '"{\\"a\\":[1]}"',
)
const { value } = fc.letrec<{ value: string; call: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    path,
    literal,
    tie('call'),
    fc.tuple(tie('value'), fc.constantFrom('+', '-', '*', '/'), tie('value')).map((parts) => parts.join(' ')),
  ),
  call: fc
    .tuple(
      fc.constantFrom(...[...functions.values()].filter(({ name }) => /^[A-Z]/.test(name))),
      fc.array(tie('value'), { minLength: 3, maxLength: 3 }),
    )
    .map(([{ name, parameters }, given]) => `${name}(${given.slice(0, parameters.length).join(', ')})`),
}))
const editor = fc
  .tuple(
    fc.constantFrom(...[...functions.values()].filter(({ name }) => /^[a-z]/.test(name))),
    path,
    fc.array(value, { minLength: 4, maxLength: 4 }),
  )
  .map(
    ([{ name, parameters }, target, given]) =>
      `${name}(${[target, ...given].slice(0, parameters.length).join(', ')})`,
  )
const statement = fc
  .tuple(
    editor,
    fc.option(
      fc.tuple(value, fc.constantFrom('==', '<', '>='), value).map((parts) => parts.join(' ')),
      { nil: undefined },
    ),
  )
  .map(([edit, where]) => (where === undefined ? edit : `${edit} where ${where}`))

describe('statements', () => {
  it('throw nothing but errors of the collector, whatever they say and meet', () => {
    let carriedOut = 0
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), anyTraces, (statements, batch) => {
        try {
          const settings = {
            errorMode: 'propagate' as const,
            traceStatements: [{ statements }],
            logStatements: [],
            metricStatements: [],
          }
          createTransform(settings, { now: () => 5n }).traces?.(batch)
          carriedOut++
        } catch (error) {
          expect(error).to.be.instanceOf(CollectorError)
        }
      }),
      { numRuns: 2000 },
    )
    expect(carriedOut).to.be.above(20)
  })

  it('do so on lists and maps of any size', () => {
    const body = { map: Array.from({ length: 150_000 }, (_, index) => ({ key: `k${index}`, value: index })) }
    const batch = logsOf([{ logs: [{ attributes: { list: [] } }] }])
    const record = batch[0]?.scopes[0]?.items[0]
    if (record !== undefined) record.body = body
    const statements = [
      'append(attributes["list"], values = Keys(body))',
      'append(attributes["list"], values = attributes["list"])',
      'replace_all_patterns(body, "key", "^k", "n")',
      'set(attributes, body) where Len(attributes["list"]) == 300000',
    ]
    const settings = { errorMode: 'propagate' as const, traceStatements: [], metricStatements: [] }
    const transform = createTransform(
      { ...settings, logStatements: [{ context: 'log', statements }] },
      { now: () => 5n },
    )
    transform.logs?.(batch)
    expect(record?.attributes).to.have.length(150_000)
    expect(record?.attributes[0]).to.deep.equal({ key: 'n0', value: 0 })
  })

  it('of logs do so too', () => {
    const target = fc.constantFrom(
      'body',
      'attributes',
      'attributes["a"]',
      'body["a"]',
      'severity_text',
      'time',
    )
    fc.assert(
      fc.property(target, target, anyLogs, (left, right, batch) => {
        const statements = [
          `set(${left}, ${right})`,
          `append(${left}, ${right})`,
          `merge_maps(${left}, ${right}, "upsert")`,
          `truncate_all(${left}, 3)`,
        ]
        createTransform(
          {
            errorMode: 'ignore',
            traceStatements: [],
            metricStatements: [],
            logStatements: [{ context: 'log', statements }],
          },
          { now: () => 5n },
        ).logs?.(batch)
      }),
    )
  })
})
