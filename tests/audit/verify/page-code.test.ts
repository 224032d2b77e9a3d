import { generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import { stop } from 'esbuild'
import { cosign } from '../../../audit/log/cosignature.ts'
import { encodeVerifierKey, parseNote, type NoteSigner } from '../../../audit/log/note.ts'
import { parseTlogProof } from '../../../audit/log/tlog-proof.ts'
import { bundle } from '../../../audit/verify/build-page.ts'
import type { verifyPack as verifyPackHere } from '../../../audit/verify/page/verify-pack.ts'
import { anchoredProof, plainProof, proofKey, proofPolicy } from './anchored-proof.ts'
import { smallExport, smallLogKey } from './small-log.ts'
import { folderKey } from './tile-folder.ts'

type VerifyPack = typeof verifyPackHere

const lines = smallExport(Array.from({ length: 40 }, (_, at) => `id-${at} é€😀`))
const quantum = generateKeyPairSync('ml-dsa-44')
const quantumWitness: NoteSigner = {
  name: 'quantum.example/witness',
  publicKey: quantum.publicKey,
  sign: (message) => sign(null, message, quantum.privateKey),
}

/** The code of the page, without a browser: it has the page's own Buffer and node:crypto, and nothing of Node's. */
describe('the code of the page', function () {
  let verifyPack: VerifyPack

  before(async () => {
    const script = await bundle('verify-pack.ts')
    await stop()
    const module: unknown = await import(
      `data:text/javascript;base64,${Buffer.from(script).toString('base64')}`
    )
    // The module that was bundled exports exactly this.
    verifyPack = (module as { readonly verifyPack: VerifyPack }).verifyPack
  })

  const verify = async (files: Readonly<Record<string, string>>, key: string) => {
    const entries = Object.entries(files)
    const { isValid, parts } = await verifyPack(
      entries.map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
      key,
    )
    return { isValid, text: parts.flatMap((part) => part.lines).join('\n') }
  }

  it('accepts a whole export under its key, and under no other', async () => {
    const whole = { 'export.ndjson': lines.join('\n') }
    const { isValid, text } = await verify(whole, smallLogKey)
    expect(isValid, text).to.equal(true)
    expect(text).to.include('40 entries verified')
    expect((await verify(whole, folderKey)).text).to.include('CHECKPOINT_INVALID')
  })

  it('names the entry in which one byte was changed', async () => {
    const changed = lines.with(24, (lines[24] ?? '').replace('"eventTime":', '"eventTime":1'))
    const { isValid, text } = await verify({ 'export.ndjson': changed.join('\n') }, smallLogKey)
    expect(isValid).to.equal(false)
    expect(text).to.include('LEAF_HASH_MISMATCH, first bad leaf: leaf 23')
  })

  it('checks a proof in its own log', async () => {
    const { isValid, text } = await verify({ 'own.tlog-proof': plainProof }, proofKey)
    expect(isValid, text).to.equal(true)
    expect(text).to.include('entry 4 of log house.example/logs/drill verified')
  })

  it('checks a proof through the anchor log by the policy beside it', async () => {
    const { isValid, text } = await verify(
      { 'proofs/4.json': anchoredProof(), policy: proofPolicy },
      proofKey,
    )
    expect(isValid, text).to.equal(true)
    expect(text).to.include('cosigned by peer')
    const other = await verify({ 'proofs/4.json': anchoredProof(2), policy: proofPolicy }, proofKey)
    expect(other.text).to.include('AUDIT_PROOF_INVALID')
  })

  it('takes a policy with a witness whose cosignatures it cannot check, and says so where it is asked to', async () => {
    const line = `witness quantum ${encodeVerifierKey(quantumWitness.name, quantum.publicKey, 'ml-dsa-44')}\n`
    const policy = proofPolicy.replace('quorum', `${line}quorum`)
    const without = await verify({ 'proofs/4.json': anchoredProof(), policy }, proofKey)
    expect(without.isValid, without.text).to.equal(true)
    const { anchor, ...rest } = JSON.parse(anchoredProof()) as { readonly anchor: string }
    const { text } = parseNote(parseTlogProof(anchor).note)
    const both = JSON.stringify({ ...rest, anchor: anchor + cosign(text, quantumWitness, 1_700_000_000) })
    const unchecked = await verify({ 'proofs/4.json': both, policy }, proofKey)
    expect(unchecked.isValid).to.equal(false)
    expect(unchecked.text).to.include('cannot check a signature of this kind')
  })
})
