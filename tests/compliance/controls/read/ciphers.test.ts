import { expect } from 'chai'
import { weakIn } from '../../../../compliance/controls/read/ciphers.ts'

describe('a cipher string', () => {
  it('takes suites out for good with an exclamation mark, and until they are named again with a hyphen', () => {
    expect(weakIn('!SHA1:AES128-SHA').weak).to.deep.equal([])
    expect(weakIn('ALL:-SHA1:AES128-SHA').weak).to.include('AES128-SHA')
    expect(weakIn('ALL:!SHA1:AES128-SHA').weak).not.to.include('AES128-SHA')
  })

  it('joins words with a plus, and reorders with one in front', () => {
    expect(weakIn('ECDHE+AESGCM:+SHA1').weak).to.deep.equal([])
    expect(weakIn('ECDHE:!SHA1').weak).to.deep.equal([])
    expect(weakIn('ECDHE+AES').weak).to.deep.equal([
      'ECDHE-ECDSA-AES256-SHA',
      'ECDHE-ECDSA-AES128-SHA',
      'ECDHE-RSA-AES256-SHA',
      'ECDHE-RSA-AES128-SHA',
    ])
  })

  it('names what is broken: no encryption, no authentication, RC4, DES, MD5', () => {
    for (const [text, suite] of [
      ['eNULL', 'NULL-SHA256'],
      ['ADH', 'ADH-AES128-GCM-SHA256'],
      ['RC4', 'RC4-SHA'],
      ['3DES', 'DES-CBC3-SHA'],
      ['EXPORT', 'EXP-RC4-MD5'],
    ] as const)
      expect(weakIn(text).weak).to.include(suite)
  })

  it('finds nothing weak in the lists that Mozilla gives out', () => {
    const intermediate =
      'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305'
    expect(weakIn(intermediate)).to.deep.equal({ weak: [], unknown: [] })
    expect(weakIn(`TLS_AES_128_GCM_SHA256:${intermediate}`)).to.deep.equal({ weak: [], unknown: [] })
  })

  it('says which words it does not know, and needs not know what is taken away', () => {
    expect(weakIn('ECDHE+AESGCM:PROFILE=SYSTEM:!SRP:@STRENGTH').unknown).to.deep.equal(['PROFILE=SYSTEM'])
  })
})
