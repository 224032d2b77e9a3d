import { expect } from 'chai'
import { generateKeyPairSync, sign } from 'node:crypto'
import { signCheckpoint } from '../../audit/log/checkpoint.ts'
import { encodeVerifierKey } from '../../audit/log/note.ts'
import { verifyExport, type VerifyFault } from '../../audit/verify/verify-export.ts'
import { checkLog, type CheckedLog } from '../support/check-log.ts'
import {
  anEvent,
  append,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

interface Line {
  index?: number
  leaf?: Record<string, unknown>
  facts?: Record<string, unknown>
  factsSalt?: string
  personalCommitment?: string
  checkpoint?: string
}

describe('an export that was tampered with', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let log: CheckedLog

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
    await append(
      ledger,
      Array.from({ length: 40 }, () => anEvent()),
    )
    log = await checkLog(ledger, 'drill', 40)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  /** Entry 20 is on line 21 unless a checkpoint stands before it; found by its index. */
  const lineOf = (index: number) => log.lines.findIndex((line) => (JSON.parse(line) as Line).index === index)

  async function expectFault(lines: readonly string[], fault: VerifyFault, firstBad: number): Promise<void> {
    expect(await verifyExport(lines, log.vkey)).to.include({ valid: false, fault, firstBad })
  }

  function edited(index: number, edit: (line: Line) => void): string[] {
    const lines = [...log.lines]
    const line = JSON.parse(lines[lineOf(index)] ?? '') as Line
    edit(line)
    lines[lineOf(index)] = JSON.stringify(line)
    return lines
  }

  it('names a leaf with a changed member', async () => {
    await expectFault(
      edited(20, (line) => (line.leaf = { ...line.leaf, id: 'x' })),
      'LEAF_HASH_MISMATCH',
      20,
    )
  })

  it('names a leaf whose facts were changed', async () => {
    const change = (line: Line) => (line.facts = { ...line.facts, outcome: 'denied' })
    await expectFault(edited(17, change), 'FACTS_MISMATCH', 17)
  })

  it('names the place where two entries were swapped, one was dropped or one comes twice', async () => {
    const at = lineOf(10)
    const { lines } = log
    const swapped = lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '')
    await expectFault(swapped, 'INDEX_OUT_OF_ORDER', 10)
    await expectFault(lines.toSpliced(at, 1), 'INDEX_OUT_OF_ORDER', 10)
    await expectFault(lines.toSpliced(at, 0, lines[at] ?? ''), 'INDEX_OUT_OF_ORDER', 11)
  })

  it('names the first missing leaf of a file that was cut', async () => {
    await expectFault(log.lines.slice(0, lineOf(30)), 'TRUNCATED', 30)
  })

  it('names an entry whose facts were left out, unless that is accepted', async () => {
    const strip = (line: Line) => {
      for (const member of ['facts', 'factsSalt', 'personalCommitment'] as const) delete line[member]
    }
    const lines = edited(12, strip)
    await expectFault(lines, 'FACTS_WITHHELD', 12)
    expect(await verifyExport(lines, log.vkey, { allowWithheld: true })).to.include({
      valid: true,
      withoutFacts: 1,
    })
  })

  it('refuses an export without any signature, and one shorter than it is known to be', async () => {
    const [header = ''] = log.lines
    await expectFault([header.replace(/"size":\d+/, '"size":0')], 'CHECKPOINT_INVALID', 0)
    const known = await verifyExport(log.lines, log.vkey, { minSize: 41 })
    expect(known).to.include({ valid: false, fault: 'TRUNCATED', firstBad: 40 })
  })

  it('refuses a header that names another tenant than its log, or leaves out what every export must say', async () => {
    const [header = '', ...rest] = log.lines
    await expectFault([header.replace('"tenant":"drill"', '"tenant":"other"'), ...rest], 'HEADER_INVALID', 0)
    const silent = JSON.stringify({ ...(JSON.parse(header) as object), notice: 'all is well' })
    await expectFault([silent, ...rest], 'HEADER_INVALID', 0)
  })

  it('refuses a checkpoint that another key signed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const origin = log.vkey.split('+')[0] ?? ''
    const signer = { name: origin, publicKey, sign: (text: Uint8Array) => sign(null, text, privateKey) }
    const checkpoint = signCheckpoint({ origin, size: 40, root: Buffer.alloc(32) }, signer)
    const lines = [...log.lines.slice(0, -1), JSON.stringify({ checkpoint })]
    await expectFault(lines, 'CHECKPOINT_INVALID', 40)
    const other = await verifyExport(log.lines, encodeVerifierKey(origin, publicKey))
    expect(other).to.include({ valid: false, fault: 'CHECKPOINT_INVALID' })
  })

  it('finds a flipped bit wherever it is', async () => {
    for (let at = 1; at < log.lines.length; at++) {
      const line = log.lines[at] ?? ''
      const position = Math.floor((line.length * at) / log.lines.length)
      const flipped =
        line.slice(0, position) +
        String.fromCharCode(line.charCodeAt(position) ^ 1) +
        line.slice(position + 1)
      const verdict = await verifyExport(log.lines.with(at, flipped), log.vkey)
      expect(verdict.valid, `line ${at}, character ${position}`).to.equal(false)
    }
  })
})
