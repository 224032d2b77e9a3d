import { expect } from 'chai'
import fc from 'fast-check'
import { parseVerifierKey } from '../../../audit/log/note.ts'
import { linesOf } from '../../../audit/verify/lines.ts'
import { verifyExport } from '../../../audit/verify/verify-export.ts'
import { propertyRuns } from '../../support/property.ts'
import { smallExport, smallLogKey } from './small-log.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `id-${name}`)
const whole = smallExport(ids)
const manyRuns = propertyRuns({ ci: 300, soak: 20_000 })

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

describe('the verifier', () => {
  it('accepts a whole export', async () => {
    expect(await verifyExport(whole, smallLogKey)).to.include({ valid: true, size: 7, checkpoints: 1 })
  })

  it('names the second place of an event that a key holder signed for twice', async () => {
    const verdict = await verifyExport(smallExport([...ids, 'id-c']), smallLogKey)
    expect(verdict).to.include({ valid: false, fault: 'ENTRY_REPEATED', firstBad: 7 })
  })

  it('gives a verdict on any bytes and accepts none but a whole export', async () => {
    const random = fc.uint8Array({ maxLength: 4_000 })
    const lines = fc
      .array(fc.oneof(fc.constantFrom(...whole), fc.json(), fc.string()), { maxLength: 12 })
      .map((each) => Buffer.from(each.join('\n')))
    await fc.assert(
      fc.asyncProperty(fc.oneof(random, lines), async (bytes) => {
        const verdict = await verifyExport(linesOf(once(bytes)), smallLogKey)
        const isWhole = Buffer.from(bytes).toString().split('\n').filter(Boolean).join() === whole.join()
        expect(verdict.valid).to.equal(isWhole)
      }),
      manyRuns,
    )
  })

  it('finds any member of any line replaced by any other value', async () => {
    const edit = fc.record({ line: fc.nat(whole.length - 1), member: fc.nat(), value: fc.jsonValue() })
    await fc.assert(
      fc.asyncProperty(edit, async ({ line, member, value }) => {
        const parsed = JSON.parse(whole[line] ?? '') as Record<string, unknown>
        const keys = Object.keys(parsed)
        const key = keys[member % keys.length] ?? ''
        // What stands there for people only is not signed.
        fc.pre(
          !['notice', 'tenant', 'vkey'].includes(key) &&
            JSON.stringify(parsed[key]) !== JSON.stringify(value),
        )
        fc.pre(!(key === 'synthetic' && value === true))
        const edited = whole.with(line, JSON.stringify({ ...parsed, [key]: value }))
        expect((await verifyExport(edited, smallLogKey)).valid).to.equal(false)
      }),
      manyRuns,
    )
  })

  it('refuses any key with a changed character and any other text', () => {
    const changed = fc
      .tuple(fc.nat(smallLogKey.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
      .map(([at, character]) => smallLogKey.slice(0, at) + character + smallLogKey.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(changed, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        fc.pre(text !== smallLogKey)
        expect(() => parseVerifierKey(text))
          .to.throw()
          .with.property('code', 'AUDIT_KEY_MALFORMED')
      }),
      manyRuns,
    )
  })
})
