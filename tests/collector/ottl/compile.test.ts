/** What the language refuses, where, and how its values compare and calculate. */
import { expect } from 'chai'
import { compileStatements, statementFaults } from '../../../collector/ottl/compile.ts'
import { functions } from '../../../collector/ottl/functions/registry.ts'
import type { ContextName } from '../../../collector/ottl/item.ts'
import { StatementError } from '../../../collector/ottl/statement-error.ts'
import { emptyResource, emptyScope, emptySpan } from '../../../collector/process/model.ts'
import { readFileSync } from 'node:fs'

const traces = ['span', 'spanevent', 'scope', 'resource'] as const

function faultOf(texts: {
  conditions?: string[]
  statements?: string[]
  context?: ContextName
}): StatementError {
  try {
    compileStatements(texts, traces)
  } catch (error) {
    if (error instanceof StatementError) return error
    throw error
  }
  return expect.fail('it was accepted')
}

function holds(condition: string): boolean {
  const span = {
    ...emptySpan(),
    name: 'GET',
    kind: 2,
    attributes: [
      { key: 'n', value: 3 },
      { key: 'd', value: { double: 3 } },
      { key: 'list', value: [1] },
    ],
  }
  const item = {
    resource: { resource: emptyResource(), schemaUrl: '' },
    scope: { scope: emptyScope(), schemaUrl: '' },
    span,
    cache: [],
    now: () => 0n,
  }
  return (
    compileStatements({ context: 'span', conditions: [condition] }, traces).conditions[0]?.(item) ?? false
  )
}

describe('a statement', () => {
  const refused: readonly (readonly [
    string,
    { conditions?: string[]; statements?: string[]; context?: ContextName },
    RegExp,
  ])[] = [
    ['an unknown path', { context: 'span', conditions: ['nmae == "a"'] }, /nearest is name.*column 1/],
    ['an unknown function', { context: 'span', conditions: ['IsMach(name, "a")'] }, /nearest is IsMatch/],
    ['an unknown editor', { context: 'span', statements: ['sett(name, "a")'] }, /nearest is set/],
    [
      'an unknown enum',
      { context: 'span', conditions: ['kind == SPAN_KIND_SERVR'] },
      /nearest is SPAN_KIND_SERVER.*column 9/,
    ],
    ['a path of another signal', { context: 'span', conditions: ['log.body == "a"'] }, /path of log/],
    ['an argument too few', { context: 'span', statements: ['set(name)'] }, /lacks value/],
    ['an argument too many', { context: 'span', statements: ['set(name, "a", "b")'] }, /more than the 2/],
    [
      'an argument of another name',
      { context: 'span', statements: ['set(name, valu = "a")'] },
      /nearest is value/,
    ],
    ['an argument twice', { context: 'span', statements: ['set(name, "a", target = name)'] }, /twice/],
    [
      'a literal of a wrong type',
      { context: 'span', conditions: ['Substring(name, "a", 1) == "b"'] },
      /expected int for start/,
    ],
    [
      'a target that cannot be changed',
      { context: 'span', statements: ['set("a", "b")'] },
      /expected a path/,
    ],
    [
      'a pattern that is not linear',
      { context: 'span', conditions: ['IsMatch(name, "(?=a)")'] },
      /linear.*column 15/,
    ],
    [
      'a pattern that comes with the data',
      { context: 'span', conditions: ['IsMatch(name, name)'] },
      /expected a text in quotes/,
    ],
    [
      'brackets where nothing has parts',
      { context: 'span', conditions: ['name["a"] == "b"'] },
      /brackets after name/,
    ],
    [
      'a function of another context',
      { context: 'span', conditions: ['HasAttrKeyOnDatapoint("a")'] },
      /expected it in metric/,
    ],
    ['a path without its context where none is given', { conditions: ['name == "a"'] }, /as in span.name/],
    ['a context of another signal', { context: 'log', conditions: ['true'] }, /expected one of span/],
    ['a path of an unknown prefix', { conditions: ['spam.name == "a"'] }, /without its context/],
  ]
  for (const [what, texts, message] of refused) {
    it(`is refused for ${what}`, () => {
      const fault = faultOf(texts)
      expect(fault.code).to.equal('OTTL_INVALID')
      expect(fault.message).to.match(message)
    })
  }

  it('is refused with every other fault of its group, each with its text', () => {
    const good = 'span.kind == 1'
    const faults = statementFaults(
      {
        conditions: ['span.nme == 1', good, 'span.kind =='],
        statements: ['set(span.name)', 'set(span.name, "a")'],
      },
      traces,
    )
    expect(faults.map(({ text }) => text)).to.have.members([
      'span.nme == 1',
      'span.kind ==',
      'set(span.name)',
    ])
    expect(statementFaults({ conditions: [good] }, traces)).to.deep.equal([])
  })

  it('takes the deepest context that its paths name', () => {
    const contextOf = (...conditions: string[]) => compileStatements({ conditions }, traces).context
    expect(contextOf('resource.attributes["a"] == 1')).to.equal('resource')
    expect(contextOf('resource.attributes["a"] == 1', 'span.kind == 1')).to.equal('span')
    expect(contextOf('IsMatch(span.name, "a") and spanevent.name == "b"')).to.equal('spanevent')
    expect(contextOf('instrumentation_scope.name == "a"')).to.equal('scope')
    expect(contextOf('IsRootSpan()')).to.equal('span')
  })

  const comparisons: readonly (readonly [string, boolean])[] = [
    ['nil == nil', true],
    ['nil <= nil', true],
    ['attributes["none"] == nil', true],
    ['attributes["none"] < 1', false],
    ['attributes["n"] == 3.0', true],
    ['attributes["n"] == attributes["d"]', true],
    ['attributes["n"] == "3"', false],
    ['attributes["n"] != "3"', true],
    ['attributes["n"] < "3"', false],
    ['attributes["list"] == [1]', true],
    ['attributes["list"] == [1.0]', false],
    ['attributes["list"] <= [1]', false],
    ['name < "GEU"', true],
    ['true > false', true],
    ['0x0102 < 0x0103', true],
    ['trace_id == nil', false],
    ['{"a": 1, "b": [2]} == {"b": [2], "a": 1}', true],
    ['9223372036854775807 + 1 < 0', true],
    ['7 / 2 == 3 and -7 / 2 == -3', true],
    ['7.0 / 2.0 == 3.5', true],
    ['1 + 2 * 3 == 7 and (1 + 2) * 3 == 9', true],
    ['not (name == "GET" or false) and true', false],
    ['false and true or true', true],
    ['kind == SPAN_KIND_SERVER and kind.string == "Server"', true],
    ['IsRootSpan() and not IsMatch(attributes["none"], ".*")', true],
    ['Duration("1h") > Duration("59m59s")', true],
    ['UnixMilli(Time("2026-11-21T19:00:00.250+0100", "%Y-%m-%dT%H:%M:%S.%L%z")) == 1795284000250', true],
    ['UnixSeconds(Time("21 Nov 2026 19:00:00 Z", "%e %b %Y %T %z")) == 1795287600', true],
    ['Time("2026-11-21 -0500", "%F %z") == Time("2026-11-21T05:00:00.000000Z", "%FT%T.%f%z")', true],
  ]
  for (const [condition, expected] of comparisons) {
    it(`finds ${condition} ${expected}`, () => expect(holds(condition)).to.equal(expected))
  }

  for (const condition of [
    '1 + 1.0 == 2',
    '1 / 0 == 1',
    'name["a"] == 1',
    'attributes["n"]["x"] == 1',
    'attributes["list"][5] == 1',
    'Len(kind) == 1',
    'Concat(name, "") == ""',
    'Time("2026-02-30Z", "%F%z") == nil',
    'Time("2026-02-03", "%F") == nil',
    'Time("x", "%q%z") == nil',
    'Time(name, "%F%z") == nil',
    'Int(1)',
  ]) {
    it(`fails on ${condition}, or is refused`, () => {
      expect(() => holds(condition))
        .to.throw()
        .with.property('code')
        .that.matches(/^OTTL_/)
    })
  }

  it('has every function documented with its arguments', () => {
    const page = readFileSync(new URL('../../../docs/collector-ottl.md', import.meta.url), 'utf8').replaceAll(
      / +/g,
      ' ',
    )
    for (const { name, parameters, summary } of functions.values()) {
      expect(page)
        .to.contain(`| \`${name}(${parameters.join(', ')})\``)
        .and.to.contain(summary)
    }
  })
})
