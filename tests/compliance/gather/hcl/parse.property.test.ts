import { expect } from 'chai'
import fc from 'fast-check'
import { parseHcl, type HclFile } from '../../../../compliance/gather/hcl/parse.ts'
import type { Body, Expression } from '../../../../compliance/gather/hcl/syntax.ts'
import { propertyRuns } from '../../../support/property.ts'
import { taken } from './snippets.ts'

const runs = propertyRuns({ ci: 400, soak: 50_000 })

/** Pieces that mean something, in any order: far more of the parser is reached than by characters alone. */
const pieces = fc.constantFrom(
  ...'a|b|"|${|%{|}|{|[|]|(|)|=|==|?|:|,|.|...|*|\n|\r\n| |#|//|/*|*/|<<E|<<-E|E|for|in|if|=>|1|2.5|true|null|\\|\\u|é|::|!|-|&&'.split(
    '|',
  ),
)
const soup = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')))
const torn = fc
  .tuple(fc.constantFrom(...taken), fc.nat(), fc.uint8Array({ maxLength: 4 }))
  .map(([text, at, insertion]) => {
    const bytes = Buffer.from(text)
    const place = at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, place), insertion, bytes.subarray(place + (at % 3))])
  })
const bytes = fc.oneof(
  soup,
  torn,
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
)

function* spansOf(body: Body): Generator<{ start: number; end: number }> {
  for (const attribute of body.attributes) {
    yield attribute
    yield attribute.value
  }
  for (const block of body.blocks) {
    yield block
    yield* spansOf(block.body)
  }
}

/** Writes a value as HCL. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${quoted(key)} = ${written(item)}`)
      .join(', ')} }`
  }
  return typeof value === 'string' ? quoted(value) : String(value)
}

function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\\(.)/g, (escape, letter) => ({ b: '\\u0008', f: '\\u000c' })[String(letter)] ?? escape)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}

function readBack(expression: Expression): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'tuple':
      return expression.items.map(readBack)
    case 'object':
      return Object.fromEntries(
        expression.items.map(({ key, value }) => [String(readBack(key)), readBack(value)]),
      )
    case 'unary':
      return -Number(readBack(expression.operand))
    default:
      throw new Error(`did not expect ${expression.kind}`)
  }
}

describe('the HCL parser, on anything', () => {
  it('never throws, and every place lies inside the file', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const file: HclFile = parseHcl(content)
        const lines = content.toString('latin1').split('\n').length
        for (const { start, end } of spansOf(file.body)) {
          expect(start).to.be.within(0, content.length)
          expect(end).to.be.within(start, content.length)
        }
        for (const { line, column } of file.faults) {
          expect(line).to.be.within(1, lines)
          expect(column).to.be.at.least(1)
        }
        expect(file.faults.length).to.be.at.most(20)
      }),
      runs,
    )
  })

  it('reads back every value that was written', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.boolean(),
        fc.constant(null),
        fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number + 0),
        // A lone surrogate is no character and no bytes of UTF-8.
        fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    })).value
    fc.assert(
      fc.property(value, (expected) => {
        const file = parseHcl(Buffer.from(`a = ${written(expected)}\n`))
        expect(file.faults).to.deep.equal([])
        const found = file.body.attributes[0]?.value
        expect(found === undefined ? undefined : readBack(found)).to.deep.equal(expected)
      }),
      runs,
    )
  })
})
