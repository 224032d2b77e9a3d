import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { propertyRuns } from '../support/property.ts'

describe('canonical JSON under soak', function () {
  this.timeout(600_000)

  it('agrees with itself on large documents', () => {
    const documents = fc.array(
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      {
        minLength: 50,
        maxLength: 200,
      },
    )
    fc.assert(
      fc.property(documents, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(parseCanonical(text))).to.equal(text)
      }),
      propertyRuns({ ci: 5, soak: 2_000 }),
    )
  })
})
