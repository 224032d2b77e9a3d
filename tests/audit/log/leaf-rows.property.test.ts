import { expect } from 'chai'
import fc from 'fast-check'
import { AuditError } from '../../../audit/log/errors.ts'
import { packLeaves, unpackLeaves } from '../../../audit/log/leaf-rows.ts'
import { encodeLeaf, type LeafParts } from '../../../audit/log/leaf.ts'
import { propertyRuns } from '../../support/property.ts'

const time = fc.integer({ min: 0, max: 4_102_444_800_000 })
const leaf: fc.Arbitrary<LeafParts> = fc
  .record({
    commitment: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    eventTime: fc.integer({ min: -62_000_000_000_000, max: 253_402_300_799_999 }),
    id: fc.uuid(),
    producer: fc.constantFrom('academics', 'users', 'ledger'),
    sequence: fc.option(fc.maxSafeNat(), { nil: undefined }),
    synthetic: fc.boolean(),
    time,
  })
  .map(({ commitment, sequence, synthetic, ...rest }) => ({
    ...rest,
    commitment: Buffer.from(commitment).toString('base64url'),
    ...(sequence === undefined ? {} : { sequence }),
    ...(synthetic ? { synthetic: true as const } : {}),
  }))
const leaves = fc.array(leaf, { maxLength: 40 })
const runs = propertyRuns({ ci: 200, soak: 20_000 })

describe('packed leaves', () => {
  it('unpack to the bytes the tree hashes', () => {
    const check = fc.property(leaves, (offered) => {
      const texts = unpackLeaves(packLeaves(offered)).map(String)
      expect(texts).to.deep.equal(offered.map(encodeLeaf))
    })
    fc.assert(check, runs)
  })

  it('take less than 64 bytes each', () => {
    const check = fc.property(fc.array(leaf, { minLength: 20, maxLength: 200 }), (offered) => {
      const times = { time: 1_790_000_000_000, eventTime: 1_789_999_999_000 }
      const packed = packLeaves(offered.map((each) => ({ ...each, ...times })))
      expect(packed.length).to.be.below(64 * offered.length)
    })
    fc.assert(check, runs)
  })

  it('are other leaves or refused after any change of one byte', () => {
    const some = fc.array(leaf, { minLength: 1, maxLength: 5 })
    const check = fc.property(some, fc.nat(), fc.integer({ min: 1, max: 255 }), (offered, place, change) => {
      const packed = packLeaves(offered)
      const changed = Buffer.from(packed)
      const at = place % packed.length
      changed.writeUInt8((packed[at] ?? 0) ^ change, at)
      expect(outcomeOf(changed)).not.to.deep.equal(unpackLeaves(packed).map(String))
    })
    fc.assert(check, runs)
  })

  it('are refused with a code whatever the bytes', () => {
    const check = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      outcomeOf(Buffer.from(bytes))
      outcomeOf(Buffer.from([2, ...bytes]))
    })
    fc.assert(check, runs)
  })
})

function outcomeOf(packed: Buffer): string[] | string {
  try {
    return unpackLeaves(packed).map(String)
  } catch (error) {
    if (error instanceof AuditError) return error.code
    throw error
  }
}
