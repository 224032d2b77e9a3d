import { expect } from 'chai'
import { addressBehind, networkOf, proxyList } from '../../../app/gateway/proxies.ts'

const trusting = (text: string | undefined) => proxyList('CAMPANILE_TRUSTED_PROXIES').read(text)

describe('the address of a client', () => {
  const proxies = trusting('127.0.0.1, 10.0.0.0/8, fd00::/8')
  const behind = (peer: string, forwarded: string | undefined, isTrusted = proxies) =>
    addressBehind({ peer, forwarded, isTrusted })

  it('is the peer’s own where no proxy is trusted, whatever a header says', () => {
    expect(behind('127.0.0.1', '203.0.113.7', trusting(undefined))).to.equal('127.0.0.1')
    expect(behind('198.51.100.9', '203.0.113.7')).to.equal('198.51.100.9')
  })

  it('is the rightmost that no trusted proxy has', () => {
    expect(behind('127.0.0.1', '203.0.113.7')).to.equal('203.0.113.7')
    expect(behind('::ffff:127.0.0.1', '1.1.1.1, 203.0.113.7,10.1.2.3')).to.equal('203.0.113.7')
    expect(behind('fd00::1', '2001:db8::5')).to.equal('2001:db8::5')
  })

  it('may come with a port', () => {
    expect(behind('127.0.0.1', '203.0.113.7:55001')).to.equal('203.0.113.7')
    expect(behind('127.0.0.1', '[2001:db8::5]:443')).to.equal('2001:db8::5')
  })

  it('is the last proxy that told the truth when what stands before it is none', () => {
    for (const forwarded of [undefined, '', 'unknown', '203.0.113.7, _hidden', ', ,']) {
      expect(behind('127.0.0.1', forwarded), forwarded).to.equal('127.0.0.1')
    }
    expect(behind('127.0.0.1', '203.0.113.7, junk, 10.0.0.9')).to.equal('10.0.0.9')
    expect(behind('127.0.0.1', '10.0.0.1, 10.0.0.2')).to.equal('10.0.0.1')
  })

  it('stands for its whole network of 64 bits in IPv6, which one client has', () => {
    expect(networkOf('203.0.113.7')).to.equal('203.0.113.7')
    expect(networkOf('2001:db8:0:1::5')).to.equal('2001:db8:0:1::/64')
    expect(networkOf('2001:0DB8:0:1:ffff::5')).to.equal('2001:db8:0:1::/64')
    expect(networkOf('::1')).to.equal('0:0:0:0::/64')
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0:0::/64')
    expect(networkOf('1::2:3:4:5:6:7')).to.equal('1:0:2:3::/64')
  })

  it('is not looked for behind a list with a fault', () => {
    for (const text of [
      'junk',
      '10.0.0.0/33',
      '10.0.0.0/0',
      '::/129',
      '10.0.0.0/8/8',
      '10.0.0.1/x',
      '1.2.3.4,,',
    ]) {
      expect(() => trusting(text), text).to.throw()
    }
  })
})
