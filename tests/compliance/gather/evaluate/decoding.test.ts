import { expect } from 'chai'
import { evaluateText, shown } from './evaluate-text.ts'

describe('decoding a text', () => {
  const lines = Array.from({ length: 500 }, (_, at) => `key${at}: { a: ${at}, b: [1, 2] }`).join('\n')
  const files = { 'big.yaml': lines }
  const steps = lines.length

  it('is done once for however many ask', () => {
    const found = evaluateText('[for i in range(20) : yamldecode(file("big.yaml")).key7.a]', { files, steps })
    expect(shown(found)).to.deep.equal(Array.from({ length: 20 }, () => 7))
  })

  it('is charged for what it takes, so that many texts end', () => {
    const found = evaluateText('[for i in range(20) : yamldecode("${file("big.yaml")}\\nx: ${i}").x]', {
      files,
      steps,
    })
    expect(found.kind === 'list' ? found.items.slice(0, 4).map(shown) : found).to.deep.equal([
      0,
      { unknown: true },
      { unknown: true },
      { unknown: true },
    ])
  })
})
