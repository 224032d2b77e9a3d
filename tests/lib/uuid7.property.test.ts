import { expect } from 'chai'
import fc from 'fast-check'
import { createUuid7, uuid7 } from '../../lib/uuid7.ts'

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const millisOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

describe('uuid of version 7', () => {
  it('has the version, the variant and the time of its making', () => {
    const before = Date.now()
    const id = uuid7()
    expect(id).to.match(shape)
    expect(millisOf(id)).to.be.within(before, Date.now())
  })

  it('carries the time of the example of RFC 9562, appendix A.6', () => {
    const make = createUuid7({ now: () => 0x017f22e279b0, fillRandom: (bytes) => bytes.fill(0xc3) })
    expect(make()).to.match(/^017f22e2-79b0-7/)
  })

  it('only grows, and never repeats, whatever the clock and the random source do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 48 - 1 - 5_000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 600 }),
        (clock, byte, idsPerTick) => {
          let tick = 0
          const make = createUuid7({
            now: () => clock[Math.floor(tick++ / idsPerTick)] ?? 0,
            fillRandom: (bytes) => bytes.fill(byte),
          })
          let last = ''
          for (let made = 0; made < clock.length * idsPerTick; made++) {
            const id = make()
            expect(id).to.match(shape)
            expect(id > last).to.equal(true)
            last = id
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('goes on growing when one millisecond has more ids than it can count', () => {
    const make = createUuid7({ now: () => 1_000, fillRandom: (bytes) => bytes.fill(0xff) })
    const ids = Array.from({ length: 10_000 }, make)
    expect(ids).to.deep.equal([...ids].sort())
    expect(new Set(ids).size).to.equal(10_000)
  })
})
