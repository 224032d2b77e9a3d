import { expect } from 'chai'
import fc from 'fast-check'
import { parseCookies } from '../../../../app/gateway/domain/cookies.ts'
import { serviceAddress } from '../../../../app/gateway/domain/forwarding.ts'
import { createBuckets } from '../../../../app/gateway/domain/token-bucket.ts'
import { propertyRuns } from '../../../support/property.ts'

describe('the gateway’s readers', () => {
  it('read any cookie header', () => {
    // Node gives headers as Latin-1: one character for each byte.
    const bytes = fc.uint8Array({ maxLength: 300 }).map((found) => Buffer.from(found).toString('latin1'))
    const parts = fc.array(fc.constantFrom(';', '=', '"', ' ', 'a', 'campanile_refresh', '__proto__'), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          parts.map((found) => found.join('')),
        ),
        (header) => {
          expect(parseCookies(header).size).to.be.at.most(50)
        },
      ),
      propertyRuns({ ci: 500, soak: 20_000 }),
    )
  })

  it('never find an address outside the service or inside its closed doors', () => {
    const base = 'http://127.0.0.1:8002'
    const part = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      'internal',
      'metrics',
      '/',
      '\\',
      '//',
      '@',
      '#',
      '?',
      'a',
      '%2f',
      '\t',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const address = serviceAddress(base, `/${parts.join('')}`)
        if (address === undefined) return
        const { origin, pathname } = new URL(address)
        expect(origin).to.equal(base)
        expect(pathname).not.to.match(/^\/*(internal|metrics|health)(\/|$)/i)
      }),
      propertyRuns({ ci: 2_000, soak: 40_000 }),
    )
  })

  it('never allow more than burst and rate together', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(steps, (waits) => {
        const { take } = createBuckets({ ratePerSecond: 10, burst: 5 })
        let now = 0
        let allowed = 0
        for (const wait of waits) {
          now += wait
          if (take('a', now).status === 'allowed') allowed++
        }
        expect(allowed).to.be.at.most(5 + Math.ceil(now / 100))
      }),
    )
  })
})
