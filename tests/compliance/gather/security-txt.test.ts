import { expect } from 'chai'
import { stateOf } from '../../../compliance/gather/security-txt.ts'

const now = Date.parse('2026-06-01T00:00:00Z')

describe('security.txt', () => {
  it('is current with a contact and a day to come', () => {
    const text = 'Contact: mailto:security@campus.example\r\nExpires: 2026-12-31T00:00:00Z\r\n'
    expect(stateOf(text, now)).to.equal('current')
  })

  it('expires', () => {
    expect(stateOf('Contact: https://a.example\nExpires: 2026-01-01T00:00:00Z\n', now)).to.equal('expired')
  })

  it('is invalid without a contact, without a day, with two days, or as a page', () => {
    for (const text of [
      'Expires: 2026-12-31T00:00:00Z',
      'Contact: https://a.example',
      'Contact: https://a.example\nExpires: 2026-12-31T00:00:00Z\nExpires: 2027-12-31T00:00:00Z',
      '<html></html>',
    ]) {
      expect(stateOf(text, now)).to.equal('invalid')
    }
  })
})
