import { expect } from 'chai'
import { namesOf } from '../../lib/certificate-names.ts'

describe('namesOf', () => {
  it('reads the last segment of a URI and the first label of a DNS name', () => {
    const given = 'URI:spiffe://house.example/academics, DNS:booking.house.example, DNS:gateway'
    expect(namesOf(given)).to.deep.equal(['academics', 'booking', 'gateway'])
  })

  it('reads no name out of anything else', () => {
    expect(namesOf('')).to.deep.equal([])
    expect(
      namesOf('IP Address:127.0.0.1, email:academics@house.example, DirName:CN = academics'),
    ).to.deep.equal([])
  })

  it('does not take a name that hides another one behind a comma, which Node quotes', () => {
    expect(namesOf('DNS:"x, DNS:academics", DNS:y')).to.deep.equal(['y'])
    expect(namesOf('URI:"spiffe://a/x\\u002c DNS:academics"')).to.deep.equal([])
  })
})
