import { expect } from 'chai'
import fc from 'fast-check'
import { formatValue } from '../../../console/charts/units.ts'

const unit = fc.constantFrom('none', 'short', 's', 'ms', 'bytes', 'Bps', 'ops', 'reqps', 'percentunit', 'odd')

describe('any figure in any unit', () => {
  it('is written shortly, never as NaN or undefined', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15 }), unit, (value, id) => {
        const text = formatValue(value, id)
        expect(text).not.to.match(/NaN|undefined|null/)
        expect(text.length).to.be.below(40)
      }),
    )
  })

  it('keeps its sign, and only nothing is written as nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), unit, (value, id) => {
        fc.pre(Math.abs(value) > 1e-12)
        const text = formatValue(value, id)
        expect(text.startsWith('−')).to.equal(value < 0)
        expect(text).to.match(/[1-9]/)
      }),
    )
  })

  it('is read back to within a hundredth of what it was', () => {
    const scales: Readonly<Record<string, number>> = {
      ns: 1e-9,
      µs: 1e-6,
      ms: 1e-3,
      s: 1,
      min: 60,
      h: 3_600,
      d: 86_400,
    }
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
        const [figure = '', suffix = ''] = formatValue(value, 's').split(' ')
        const read = Number(figure.replaceAll(',', '')) * (scales[suffix] ?? Number.NaN)
        expect(Math.abs(read - value) / value).to.be.below(0.01)
      }),
    )
  })
})
