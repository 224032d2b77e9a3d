import { generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import { createPublicKey, settle, verify } from '../../../audit/verify/page/browser-crypto.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const key = createPublicKey({ key: publicKey.export({ format: 'der', type: 'spki' }) })

/** A message nobody has asked about, and its signature. */
function signed(text: string): { readonly message: Buffer; readonly signature: Buffer } {
  const message = Buffer.from(text)
  return { message, signature: sign(null, message, privateKey) }
}

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = () => undefined as void
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { passed, open }
}

describe('the signatures of the page', () => {
  it('are known in the pass that counts', async () => {
    const { message, signature } = signed('known')
    expect(await settle(async () => verify(null, message, key, signature))).to.equal(true)
    const other = Buffer.from('other')
    expect(await settle(async () => verify(null, other, key, signature))).to.equal(false)
  })

  it('are not taken for good because another verification began meanwhile', async () => {
    const { signature } = signed('one text')
    const forged = Buffer.from('another text')
    const { passed, open } = gate()
    const slow = settle(async () => {
      const isGood = verify(null, forged, key, signature)
      await passed
      return isGood
    })
    const { message, signature: good } = signed('of the other')
    expect(await settle(async () => verify(null, message, key, good))).to.equal(true)
    open()
    expect(await slow).to.equal(false)
  })

  it('are checked for each of two verifications that ask about the same one', async () => {
    const { signature } = signed('one more text')
    const forged = Buffer.from('yet another text')
    const { passed, open } = gate()
    const both = [1, 2].map(() =>
      settle(async () => {
        const isGood = verify(null, forged, key, signature)
        await passed
        return isGood
      }),
    )
    open()
    expect(await Promise.all(both)).to.deep.equal([false, false])
  })

  it('are refused where nobody waits for them', () => {
    const { message, signature } = signed('alone')
    expect(() => verify(null, message, key, signature)).to.throw()
  })
})
