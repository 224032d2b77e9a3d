import { expect } from 'chai'
import { axisSteps, formatValue, isKnownUnit } from '../../../console/charts/units.ts'

describe('figures with their units', () => {
  const cases: readonly (readonly [number, string, number | undefined, string])[] = [
    [0, 's', undefined, '0 s'],
    [0.0123, 's', undefined, '12.3 ms'],
    [0.9999, 's', undefined, '1 s'],
    [0.000_002, 's', undefined, '2 µs'],
    [90, 's', undefined, '1.5 min'],
    [7_200, 's', undefined, '2 h'],
    [250, 'ms', undefined, '250 ms'],
    [-12, 's', undefined, '−12 s'],
    [1_536, 'bytes', undefined, '1.5 KiB'],
    [0, 'bytes', undefined, '0 B'],
    [1_500_000, 'Bps', undefined, '1.5 MB/s'],
    [0.999, 'percentunit', undefined, '99.9 %'],
    [0.5, 'percentunit', 2, '50.00 %'],
    [42, 'percent', undefined, '42 %'],
    [12, 'reqps', undefined, '12 req/s'],
    [12_000, 'ops', undefined, '12 K ops/s'],
    [3.14159, 'none', undefined, '3.14'],
    [12_345, 'none', undefined, '12,345'],
    [12_345, 'short', undefined, '12.3 K'],
    [5, 'none', 0, '5'],
    [Infinity, 's', undefined, '∞ s'],
  ]
  for (const [value, unit, decimals, text] of cases) {
    it(`writes ${value} ${unit} as ${text}`, () => {
      expect(formatValue(value, unit, decimals)).to.equal(text)
    })
  }

  it('does not write a small figure as nothing', () => {
    expect(formatValue(0.000_12, 'none')).to.equal('0.00012')
    expect(formatValue(5e-324, 'none')).to.equal('5E−324')
    expect(['0.0025', '0.005', '0.0075'].map((text) => formatValue(Number(text), 'none'))).to.deep.equal([
      '0.0025',
      '0.005',
      '0.0075',
    ])
    expect(formatValue(0.000_1, 'percentunit', 1)).to.equal('0.01 %')
  })

  it('puts a unit nobody knows behind the figure', () => {
    expect(isKnownUnit('furlongs')).to.equal(false)
    expect(formatValue(3, 'furlongs')).to.equal('3 furlongs')
  })

  it('does not take what every object has for a unit', () => {
    expect(isKnownUnit('constructor')).to.equal(false)
    expect(formatValue(3, 'constructor')).to.equal('3 constructor')
  })

  it('divides an axis of bytes in powers of two', () => {
    expect(axisSteps('bytes')).to.include(1_048_576)
    expect(axisSteps('s')).to.equal(undefined)
  })
})
