import { expect } from 'chai'
import { Load } from '../../../collector/graph/load.ts'
import { emptyResource, emptyScope, emptySpan } from '../../../collector/process/model.ts'
import { maxParts } from '../../../collector/wire/reader.ts'

describe('a load', () => {
  it('decodes what was made here, however many parts it has', () => {
    const attributes = Array.from({ length: maxParts / 2 + 1 }, () => ({ key: 'k', value: true }))
    const scope = { scope: emptyScope(), items: [{ ...emptySpan(), attributes }], schemaUrl: '' }
    const batch = [{ resource: emptyResource(), scopes: [scope], schemaUrl: '' }]
    const copy = Load.ofBatch('traces', batch).copy()
    expect(copy[0]?.scopes[0]?.items[0]?.attributes).to.have.length(attributes.length)
  })
})
