import { expect } from 'chai'
import { attributeOf } from '../../../compliance/evidence.ts'
import { dataInventoryReader } from '../../../compliance/gather/data-inventory.ts'

const read = (count: number) => {
  const text = `stores:\n${Array.from({ length: count }, (_, index) => `  - store: s${index}\n`).join('')}`
  const file = { file: 'data-inventory.yaml', bytes: new TextEncoder().encode(text) }
  return dataInventoryReader.read(file, { paths: [file.file], textOf: () => text })
}

describe('the inventory of data', () => {
  it('says when it has more entries than are read', () => {
    const { resources, faults } = read(5_001)
    expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_TOO_MANY'])
    const rest = resources.find(({ address }) => address === 'data.*')
    expect(rest === undefined ? undefined : attributeOf(rest, 'purpose')).to.include({ known: false })
    expect(read(5_000).faults).to.deep.equal([])
  })
})
