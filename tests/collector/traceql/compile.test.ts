import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { emptySpan, type Attribute, type Span } from '../../../collector/process/model.ts'
import { compileQuery } from '../../../collector/traceql/compile.ts'

const resource: Attribute[] = [
  { key: 'service.name', value: 'academics' },
  { key: 'campus.tenant', value: 'university_a' },
]
const aSpan: Span = {
  ...emptySpan(),
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  name: 'GET /courses/:id/roster',
  kind: 2,
  start: 1_000_000_000n,
  end: 1_250_000_000n,
  statusCode: 2,
  statusMessage: 'timeout',
  attributes: [
    { key: 'http.route', value: '/courses/:id/roster' },
    { key: 'http.response.status_code', value: 503 },
    { key: 'load', value: { double: 0.5 } },
    { key: 'cache hit', value: false },
    { key: 'roles', value: ['faculty', 'registrar'] },
    { key: 'huge', value: 2n ** 60n },
  ],
}

const answers = (query: string) => compileQuery(query).ofSpan({ span: aSpan, resource })

function codeOf(query: string): string {
  try {
    compileQuery(query)
    return 'compiled'
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    return error.code
  }
}

describe('a TraceQL query', () => {
  const holding = [
    '{}',
    '{ }',
    '{true}',
    '{ resource.service.name = "academics" && name = "GET /courses/:id/roster" && duration > 100ms && status = error && span.http.route = "/courses/:id/roster" }',
    '{resource.service.name="academics"&&duration>=250ms}',
    '{ .service.name = `academics` }',
    '{ .http.response.status_code = 503 }',
    '{ span.http.response.status_code >= 500 && span.http.response.status_code < 600 }',
    '{ span.load < 0.75 }',
    '{ span."cache hit" = false }',
    '{ kind = server }',
    '{ span:kind != client }',
    '{ status != ok }',
    '{ name =~ "GET .*" }',
    '{ name !~ "GET" }',
    '{ statusMessage = "timeout" }',
    '{ span.roles = "registrar" }',
    '{ span.huge > 1000 }',
    '{ span.missing = nil }',
    '{ span.load != nil }',
    '{ duration > 1h || (status = error && duration < 1m30s) }',
    '{ trace:id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }',
  ]
  for (const query of holding) it(`holds for the span: ${query}`, () => expect(answers(query)).to.equal(true))

  const failing = [
    '{false}',
    '{ resource.service.name = "booking" }',
    '{ span.service.name = "academics" }',
    '{ duration > 250ms }',
    '{ status = ok }',
    '{ name =~ "GET" }',
    '{ span.missing != "x" }',
    '{ span.http.response.status_code = "503" }',
    '{ status = error && duration > 1s }',
    '{ span.load = nil }',
  ]
  for (const query of failing)
    it(`does not hold for the span: ${query}`, () => expect(answers(query)).to.equal(false))

  const refused = [
    '',
    'name = "x"',
    '{',
    '{ name = }',
    '{ name "x" }',
    '{ name = "x" } | count() > 2',
    '{ status = error } >> { kind = client }',
    '{ nestedSetParent < 0 }',
    '{ event.name = "x" }',
    '{ name = x }',
    '{ status = "error" }',
    '{ status > ok }',
    '{ duration > "long" }',
    `{ duration > ${'9'.repeat(400)}s }`,
    `{ traceDuration < ${'9'.repeat(305)}h }`,
    `{ span.load < ${'9'.repeat(400)} }`,
    `{ duration > ${'9'.repeat(400)} }`,
    '{ name =~ "(" }',
    '{ name =~ "(?=x)" }',
    '{ traceDuration > 1s || name = "x" }',
    '{ !(name = "x") }',
    '{ name = "x }',
    `{ ${'('.repeat(40)} true ${')'.repeat(40)} }`,
    `{ ${Array.from({ length: 80 }, () => 'name = "x"').join(' && ')} }`,
    `{ name = "${'x'.repeat(5_000)}" }`,
  ]
  for (const query of refused)
    it(`is refused: ${query.slice(0, 60)}`, () => expect(codeOf(query)).to.equal('TRACEQL_UNSUPPORTED'))

  it('tells the index the service and the shortest duration of every answer', () => {
    const { service, minDuration } = compileQuery(
      '{ resource.service.name = "academics" && duration > 1.5s }',
    )
    expect({ service, minDuration }).to.deep.equal({ service: 'academics', minDuration: 1_500_000_000n })
    const either = compileQuery('{ resource.service.name = "academics" || duration > 1.5s }')
    expect({ ...either }).to.not.have.property('service')
    expect(either.minDuration).to.equal(0n)
  })

  it('asks whole traces for what only they know', () => {
    const { ofTrace } = compileQuery('{ rootServiceName = "portal" && traceDuration > 1s && status = error }')
    const facts = { rootService: 'portal', rootName: 'GET /', durationNanos: 2e9 }
    expect(ofTrace?.(facts)).to.equal(true)
    expect(ofTrace?.({ ...facts, durationNanos: 1e9 })).to.equal(false)
    expect(compileQuery('{ status = error }').ofTrace).to.equal(undefined)
  })
})
