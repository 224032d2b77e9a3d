import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson, CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { propertyRuns } from '../support/property.ts'

const runs = propertyRuns({ ci: 300, soak: 50_000 })
const isRepresentable = (value: unknown): boolean => {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isRepresentable)
}
const json = fc.jsonValue({ maxDepth: 6 }).filter(isRepresentable)

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  )
}

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)),
      runs,
    )
  })

  it('reads back as the same value, by both parsers, and is canonical again', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(parseCanonical(text))).to.equal(text)
        expect(canonicalJson(JSON.parse(text))).to.equal(text)
      }),
      runs,
    )
  })

  it('parses what JSON.parse parses, whatever the white space', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value, undefined, 2)
        expect(canonicalJson(parseCanonical(text))).to.equal(canonicalJson(JSON.parse(text)))
      }),
      runs,
    )
  })

  it('refuses an object with a repeated key wherever it is, and no other for its colons and quotes', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', ':', '"', '\\', '\\":'), fc.string())
    const members = fc.array(fc.tuple(key, json), { maxLength: 6 })
    const around = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `[${text}]`,
      (text) => `{"x:":{"\\"":${text}}}`,
    )
    fc.assert(
      fc.property(members, around, (pairs, wrap) => {
        const text = pairs
          .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
          .join(',')
        const isRepeated = new Set(pairs.map(([name]) => name)).size < pairs.length
        const parse = () => parseCanonical(wrap(`{${text}}`))
        if (isRepeated) expect(parse).to.throw().with.property('code', 'DUPLICATE_KEY')
        else expect(canonicalJson(parse())).to.equal(canonicalJson(JSON.parse(wrap(`{${text}}`))))
      }),
      runs,
    )
  })

  it('ends with a value or one of its own errors for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((value) => JSON.stringify(value).slice(1)),
        ),
        (text) => {
          try {
            parseCanonical(text)
          } catch (error) {
            expect(error).to.be.instanceOf(CanonicalJsonError)
          }
        },
      ),
      runs,
    )
  })
})
