import { expect } from 'chai'
import { readField, show, toneAt, toneOf } from '../../../console/charts/field.ts'

const field = readField({
  unit: 'percentunit',
  decimals: 1,
  min: 0,
  max: 1,
  thresholds: {
    mode: 'absolute',
    steps: [
      { value: null, color: 'green' },
      { value: 0.7, color: 'orange' },
      { value: 0.9, color: 'red' },
    ],
  },
})

describe('the field of a panel', () => {
  it('tells the tone by the last threshold a value has reached', () => {
    expect([-5, 0.69, 0.7, 0.9, 5].map((value) => toneAt(value, field.thresholds))).to.deep.equal([
      'green',
      'green',
      'orange',
      'red',
      'red',
    ])
  })

  it('writes a value with unit, decimals and tone', () => {
    expect(show(0.95, field)).to.deep.equal({ text: '95.0 %', tone: 'red' })
  })

  it('says in words that there is none', () => {
    expect(show(undefined, field)).to.deep.equal({ text: 'No data', tone: undefined })
    expect(show(Number.NaN, field).text).to.equal('No data')
    expect(show(undefined, readField({ noValue: 'Nobody asked' })).text).to.equal('Nobody asked')
  })

  it('reads thresholds in percent between its bounds', () => {
    const percent = readField({
      min: 0,
      max: 200,
      thresholds: {
        mode: 'percentage',
        steps: [
          { value: null, color: 'green' },
          { value: 90, color: 'red' },
        ],
      },
    })
    expect(toneAt(179, percent.thresholds)).to.equal('green')
    expect(toneAt(180, percent.thresholds)).to.equal('red')
  })

  it('maps values, ranges and nothing to words', () => {
    const mapped = readField({
      mappings: [
        { type: 'value', options: { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } } },
        { type: 'range', options: { from: 2, to: null, result: { text: 'many', color: 'blue' } } },
        { type: 'special', options: { match: 'null', result: { text: 'never', color: 'text' } } },
      ],
    })
    expect([0, 1, 9, undefined].map((value) => show(value, mapped))).to.deep.equal([
      { text: 'down', tone: 'red' },
      { text: 'up', tone: 'green' },
      { text: 'many', tone: 'blue' },
      { text: 'never', tone: 'plain' },
    ])
  })

  it('knows the shades of a colour by their hue', () => {
    expect(['semi-dark-red', 'super-light-blue', 'text', '#ff0000'].map(toneOf)).to.deep.equal([
      'red',
      'blue',
      'plain',
      undefined,
    ])
  })

  it('stands anything in its place without failing', () => {
    for (const odd of [undefined, null, 3, [], { thresholds: 1, mappings: { a: 1 }, unit: 5 }]) {
      expect(show(1.5, readField(odd)).text).to.equal('1.5')
    }
  })
})
