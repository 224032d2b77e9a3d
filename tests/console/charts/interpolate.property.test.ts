import { parser } from '@prometheus-io/lezer-promql'
import { expect } from 'chai'
import fc from 'fast-check'
import { interpolate } from '../../../console/charts/interpolate.ts'

const awkward = fc.string({ unit: fc.constantFrom(...'ab"\\\n.*+?()[]{}|^$ ,#'.split('')) })
const given = fc.array(fc.oneof(fc.string(), awkward), { minLength: 1, maxLength: 4 })

function fillQuery(values: readonly string[]): string {
  const scope = new Map([['x', { values, isAll: false, isPattern: true }]])
  return interpolate('up{a=~"$x"}', scope)
}

/** The strings of a query as PromQL reads them, and whether it can be read at all. */
function read(query: string): { readonly strings: readonly string[]; readonly isWhole: boolean } {
  const strings: string[] = []
  let isWhole = true
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) isWhole = false
      if (node.name === 'StringLiteral') strings.push(query.slice(node.from + 1, node.to - 1))
    },
  })
  return { strings, isWhole }
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}

describe('values that an address puts into a query', () => {
  it('stay one string of it, whatever they are', () => {
    fc.assert(
      fc.property(given, (values) => {
        const { strings, isWhole } = read(fillQuery(values))
        expect(isWhole).to.equal(true)
        expect(strings).to.have.length(1)
      }),
    )
  })

  it('match themselves and nothing else', () => {
    fc.assert(
      fc.property(given, awkward, (values, other) => {
        const [text = ''] = read(fillQuery(values)).strings
        const pattern = new RegExp(`^(?:${unescape(text)})$`, 's')
        for (const value of values) expect(pattern.test(value)).to.equal(true)
        expect(pattern.test(other)).to.equal(values.includes(other))
      }),
    )
  })
})
