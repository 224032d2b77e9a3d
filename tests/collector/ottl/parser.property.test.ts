/** The parser on random text and random trees. */
import { expect } from 'chai'
import fc from 'fast-check'
import { parseCondition, parseStatement } from '../../../collector/ottl/parser.ts'
import { printCondition, printStatement } from '../../../collector/ottl/print.ts'
import { StatementError } from '../../../collector/ottl/statement-error.ts'
import type { Condition, Expression } from '../../../collector/ottl/syntax.ts'
import { whole } from '../../../collector/process/value.ts'

const lower = fc.constantFrom('name', 'attributes', 'span', 'kind', 'body', 'x_1')
const upper = fc.constantFrom('IsMatch', 'Concat', 'URL')
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const keys = fc.array(fc.oneof(text, fc.nat(9)), { maxLength: 2 })
const at = fc.constant(0)

const { value } = fc.letrec<{ value: Expression; math: Expression }>((tie) => {
  const list = { maxLength: 3, depthIdentifier: 'ottl' } as const
  const call = fc.record({
    kind: fc.constant('call' as const),
    at,
    name: upper,
    arguments: fc.array(fc.record({ name: fc.constantFrom('', 'target'), value: tie('value') }), list),
    keys,
  })
  const path = fc.record({
    kind: fc.constant('path' as const),
    at,
    parts: fc.array(fc.record({ name: lower, keys }), { minLength: 1, maxLength: 3 }),
  })
  const int = fc.record({
    kind: fc.constant('int' as const),
    at,
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(whole),
  })
  const float = fc.record({
    kind: fc.constant('float' as const),
    at,
    value: fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((double) => (Object.is(double, -0) ? 0 : double)),
  })
  const options = { depthIdentifier: 'ottl', maxDepth: 5 } as const
  return {
    math: fc.oneof(
      options,
      path,
      int,
      float,
      call,
      fc.record({
        kind: fc.constant('math' as const),
        at,
        operator: fc.constantFrom('+', '-', '*', '/'),
        left: tie('math'),
        right: tie('math'),
      }),
    ),
    value: fc.oneof(
      options,
      fc.record({ kind: fc.constant('nil' as const), at }),
      fc.record({ kind: fc.constant('bool' as const), at, value: fc.boolean() }),
      fc.record({ kind: fc.constant('string' as const), at, value: text }),
      fc.record({
        kind: fc.constant('bytes' as const),
        at,
        hex: fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      }),
      fc.record({
        kind: fc.constant('name' as const),
        at,
        name: fc.constantFrom('SPAN_KIND_SERVER', 'SHA256'),
      }),
      tie('math'),
      fc.record({ kind: fc.constant('list' as const), at, items: fc.array(tie('value'), list) }),
      fc.record({
        kind: fc.constant('map' as const),
        at,
        entries: fc.array(fc.record({ key: text, value: tie('value') }), list),
      }),
    ),
  }
})

const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
  const items = fc.array(tie('condition'), { minLength: 2, maxLength: 3, depthIdentifier: 'condition' })
  return {
    condition: fc.oneof(
      { depthIdentifier: 'condition', maxDepth: 4 },
      fc.record({
        kind: fc.constant('compare' as const),
        operator: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
        left: value,
        right: value,
      }),
      fc.record({
        kind: fc.constant('truth' as const),
        value: fc.record({ kind: fc.constant('bool' as const), at, value: fc.boolean() }),
      }),
      fc.record({ kind: fc.constantFrom('or' as const, 'and' as const), items }),
      fc.record({ kind: fc.constant('not' as const), item: tie('condition') }),
    ),
  }
})

/** Places differ between a tree that was drawn and one that was read. */
function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, each: unknown) =>
      key === 'at' ? 0 : typeof each === 'bigint' ? `${each}n` : each,
    ),
  )
}

describe('the parser of statements', () => {
  it('reads back what was printed', () => {
    fc.assert(
      fc.property(condition, (tree) => {
        expect(withoutPlaces(parseCondition(printCondition(tree)))).to.deep.equal(withoutPlaces(tree))
      }),
      { numRuns: 500 },
    )
  })

  it('prints what it read so that it reads the same', () => {
    for (const statement of [
      'set(attributes["a"], "b") where name == "x" and (kind > 1 or not IsMatch(name, "^a")) ',
      'replace_pattern(name, "\\\\d+", "{n}", function = SHA256)',
      'set(resource.attributes["n"], (end_time_unix_nano - start_time_unix_nano) / 1000 * 2.5)',
      'append(attributes["l"], values = [1, nil, 0x0aff, {"k": [true]}])',
      'set(name, Split(name, "/")[1])',
    ]) {
      const tree = parseStatement(statement)
      expect(withoutPlaces(parseStatement(printStatement(tree)))).to.deep.equal(withoutPlaces(tree))
    }
  })

  it('throws nothing but its own error on random text', () => {
    const words = fc.array(
      fc.constantFrom(
        'set',
        '(',
        ')',
        '"a"',
        ',',
        'name',
        '==',
        'and',
        'or',
        'not',
        '[',
        ']',
        '1',
        '-1',
        '.5',
        'nil',
        'where',
        '{',
        '}',
        ':',
        '.',
        'IsMatch',
        'true',
        '+',
        '0x0',
        '"\\d"',
        '=',
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60, unit: 'binary' }),
          words.map((list) => list.join(' ')),
        ),
        (random) => {
          for (const parse of [parseStatement, parseCondition]) {
            try {
              parse(random)
            } catch (error) {
              expect(error).to.be.instanceOf(StatementError)
            }
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('refuses nesting that would exhaust the stack, in no more than quadratic time', () => {
    for (const open of ['(', 'not (', 'not ', '[', 'Len(', '{"a":']) {
      expect(() => parseCondition(open.repeat(1000))).to.throw(StatementError)
    }
    expect(() => parseCondition(`${'('.repeat(30)}a == 1${')'.repeat(30)}`)).not.to.throw()
  })

  it('names the line and the column of a fault', () => {
    try {
      parseCondition('name == "a"\n  and kind = 2')
      expect.fail('it was read')
    } catch (error) {
      expect(error).to.include({ code: 'OTTL_INVALID', line: 2, column: 12 })
    }
  })
})
