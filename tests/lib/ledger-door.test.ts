import { expect } from 'chai'
import { ConfigError } from '../../lib/config.ts'
import { ledgerDoorOf } from '../../lib/ledger-door.ts'

describe('ledgerDoorOf', () => {
  it('is the port on loopback unless an address says otherwise', () => {
    expect(ledgerDoorOf({ ledgerPort: 8005 })).to.deep.equal({ url: 'http://127.0.0.1:8005' })
    const ledgerUrl = 'https://ledger.house.example:8443/'
    expect(ledgerDoorOf({ ledgerPort: 8005, ledgerUrl, ledgerCaFile: 'ca.pem' })).to.deep.equal({
      url: 'https://ledger.house.example:8443',
      tls: { caFile: 'ca.pem' },
    })
  })

  it('shows the certificate it is given', () => {
    const given = { ledgerPort: 1, ledgerUrl: 'https://127.0.0.1:2', ledgerCaFile: 'ca.pem' }
    const files = { ledgerCertFile: 'own.pem', ledgerKeyFile: 'own.key' }
    expect(ledgerDoorOf({ ...given, ...files }).tls).to.deep.equal({
      caFile: 'ca.pem',
      certFile: 'own.pem',
      keyFile: 'own.key',
    })
  })

  it('lets no token leave the machine in the clear, nor to whom no authority vouches for', () => {
    for (const ledgerUrl of [
      'http://ledger.house.example',
      'http://10.0.0.1:8005',
      'https://ledger.house.example',
    ]) {
      expect(() => ledgerDoorOf({ ledgerPort: 1, ledgerUrl })).to.throw(ConfigError)
    }
    expect(ledgerDoorOf({ ledgerPort: 1, ledgerUrl: 'http://localhost:9' }).url).to.equal(
      'http://localhost:9',
    )
  })
})
