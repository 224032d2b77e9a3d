import { expect } from 'chai'
import { readHeaderReason, readReason } from '../../../../app/academics/domain/reason.ts'

describe('reason of a break-glass read', () => {
  it('is kept as it was typed but for white space', () => {
    expect(readReason('  covering for\nthe advisor   this week ')).to.equal(
      'covering for the advisor this week',
    )
  })

  it('is refused when shorter than 20 characters', () => {
    expect(readReason('nineteen characters')).to.equal(undefined)
    expect(readReason('exactly twenty chars')).to.equal('exactly twenty chars')
  })

  it('is refused when padded with white space or one repeated character', () => {
    expect(readReason(`because${' '.repeat(30)}`)).to.equal(undefined)
    expect(readReason('x'.repeat(40))).to.equal(undefined)
  })

  it('is refused when longer than 1 000 characters', () => {
    expect(readReason('reason '.repeat(200))).to.equal(undefined)
  })

  it('is read from a header as percent-encoded utf-8', () => {
    expect(readHeaderReason('Vertretung%20f%C3%BCr%20die%20Beratung')).to.equal('Vertretung für die Beratung')
  })

  it('is no reason when the header is not valid percent-encoding', () => {
    expect(readHeaderReason('%E0%A4%A covering for the advisor')).to.equal(undefined)
  })
})
