import { expect } from 'chai'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnchorLog } from '../../../audit/anchor/anchor-log.ts'
import { Anchor } from '../../../audit/anchor/anchor.ts'
import { verifyAnchoredProof } from '../../../audit/log/anchored-proof.ts'
import { parseCheckpoint } from '../../../audit/log/checkpoint.ts'
import { parseNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { parsePolicy, writePolicy } from '../../../audit/log/policy-file.ts'
import { parseTlogProof, writeTlogProof } from '../../../audit/log/tlog-proof.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { Witness } from '../../../audit/witness/witness.ts'
import { Witnesses } from '../../../audit/witness/witnesses.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'
import { MemoryNotes } from '../witness/memory-notes.ts'

const signer = testSigner('house.example/anchor', 1)
const successor = testSigner('house.example/anchor', 2)
const tenants = ['north', 'south'].map((tenant, at) => ({
  tenant,
  log: new TestLog(testSigner(`house.example/logs/${tenant}`, 10 + at)),
}))
const [north = expect.fail(), south = expect.fail()] = tenants
const peers = [1, 2, 3].map((at) => ({
  name: `w${at}`,
  signer: testSigner(`peer${at}.example/witness`, 30 + at, 'cosignature'),
}))
const policy = parsePolicy(
  Buffer.from(
    [
      `log ${signer.vkey}`,
      `log ${successor.vkey}`,
      ...peers.map(({ name, signer: { vkey } }) => `witness ${name} ${vkey} http://${name}.example`),
      'group ring 2 w1 w2 w3',
      'quorum ring',
      '',
    ].join('\n'),
  ),
)

describe('the anchor log', () => {
  let directory: string
  let sizes: Map<string, number>
  let away: Set<string>
  /** Tenants whose kept checkpoint is no longer readable. */
  let damaged: Set<string>
  let witnesses: Map<string, Witness>
  let contradicted: string[]
  let failures: unknown[]

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-anchor-'))
    sizes = new Map([
      ['north', 5],
      ['south', 300],
    ])
    away = new Set()
    damaged = new Set()
    contradicted = []
    failures = []
    const logs = parsePolicy(Buffer.from(`log ${signer.vkey}\nlog ${successor.vkey}\nquorum none\n`))
    const open = (own: (typeof peers)[number]['signer']) =>
      new Witness({ signer: own, policy: logs, files: new MemoryNotes(), nowMillis: () => 1_700_000_000_000 })
    witnesses = new Map(peers.map(({ name, signer: own }) => [name, open(own)]))
  })

  afterEach(() => rm(directory, { recursive: true, force: true }))

  /** Carries requests to the witnesses of this test. */
  const carry: typeof fetch = async (url, init) => {
    const name = new URL(url as string).hostname.split('.')[0] ?? ''
    if (away.has(name)) throw new Error('unreachable')
    const answer = await witnesses.get(name)?.addCheckpoint(init?.body as string)
    if (answer?.status === 'cosigned') return new Response(answer.lines)
    if (answer?.status === 'conflict') return new Response(`${answer.size}\n`, { status: 409 })
    return new Response(null, { status: 422 })
  }

  async function openAnchor(folder = directory, own = signer) {
    const log = await AnchorLog.open({
      signer: own,
      formerKeys: own === signer ? [] : [parseVerifierKey(signer.vkey)],
      secret: Buffer.alloc(32, 9),
      files: new FileTiles(folder),
    })
    const noteOf = (tenant: string) =>
      tenants
        .filter((each) => each.tenant === tenant)
        .map((each) => each.log.checkpoint(sizes.get(tenant) ?? 0))
    const anchor = new Anchor({
      log,
      stamper: undefined,
      witnesses: new Witnesses({ policy, timeoutMillis: 60_000, fetch: carry, onAsked: () => undefined }),
      notes: {
        list: () => Promise.resolve([...sizes.keys()]),
        read: (tenant) => Promise.resolve(damaged.has(tenant) ? ['no note', 'nor this'] : noteOf(tenant)),
      },
      assertWriter: () => undefined,
      everyMillis: 60_000,
      onRound: () => undefined,
      onContradicted: (tenant) => contradicted.push(tenant),
      onUnread: (error) => failures.push(error),
      onFailed: (error) => failures.push(error),
    })
    return { log, anchor }
  }

  /** Proves the first event of a tenant through both logs, from text to text, as an auditor would read it. */
  async function prove(anchors: AnchorLog, { tenant, log }: typeof north) {
    const proof = await anchors.proofOf(tenant)
    if (proof === undefined) return undefined
    const { size } = parseCheckpoint(parseNote(proof.note).text)
    const entry = writeTlogProof({ index: 0, path: log.inclusion(0, size), note: proof.note })
    return { entry: parseTlogProof(entry), anchor: parseTlogProof(proof.anchor) }
  }

  const trust = (log: TestLog) => ({ logKey: parseVerifierKey(log.signer.vkey), policy })

  it('proves events of every tenant under the cosignatures of other houses', async () => {
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    for (const each of tenants) {
      const proof = (await prove(log, each)) ?? expect.fail()
      const { cosigners } = verifyAnchoredProof(proof, each.log.leaf(0), trust(each.log))
      expect(cosigners).to.have.length(3)
    }
    expect(await log.proofOf('nobody')).to.equal(undefined)
    expect(failures).to.deep.equal([])
  })

  it('goes on over restarts and past full tiles, and witnesses follow', async () => {
    for (let round = 0; round < 40; round++) {
      const { anchor, log } = await openAnchor()
      sizes.set('north', 6 + round)
      await anchor.anchorOnce()
      expect(failures).to.deep.equal([])
      expect(log.hasQuorum).to.equal(true)
    }
    const { log } = await openAnchor()
    expect(log.size).to.equal(320)
    for (const each of tenants) {
      const proof = (await prove(log, each)) ?? expect.fail()
      verifyAnchoredProof(proof, each.log.leaf(0), trust(each.log))
    }
  })

  it('goes on under another key when its own was replaced', async () => {
    await (await openAnchor()).anchor.anchorOnce()
    sizes.set('north', 9)
    const { log, anchor } = await openAnchor(directory, successor)
    await anchor.anchorOnce()
    expect(log.size).to.equal(16)
    expect(log.hasQuorum).to.equal(true)
    const stranger = await openAnchor(directory, testSigner('house.example/anchor', 3)).catch(
      (error: unknown) => error,
    )
    expect(stranger).to.have.property('code', 'AUDIT_NOTE_UNSIGNED')
  })

  it('begins again where a failed round left it', async () => {
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    await rm(join(directory, 'state.json'))
    await mkdir(join(directory, 'state.json'))
    sizes.set('north', 9)
    await anchor.anchorOnce()
    expect(failures).to.have.length(1)
    expect(log.size).to.equal(8)
    await rm(join(directory, 'state.json'), { recursive: true })
    sizes.set('north', 10)
    await anchor.anchorOnce()
    expect(log.size).to.equal(16)
    expect(log.hasQuorum).to.equal(true)
    const proof = (await prove(log, north)) ?? expect.fail()
    verifyAnchoredProof(proof, north.log.leaf(0), trust(north.log))
  })

  it('adds nothing while no tenant grew', async () => {
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    const { note } = log
    await anchor.anchorOnce()
    expect(log.note).to.equal(note)
  })

  it('shows witnesses and readers of its tiles neither names nor how many grew', async () => {
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    expect(log.size).to.equal(8)
    const tiles = await readdir(join(directory, 'log'), { recursive: true, withFileTypes: true })
    for (const file of tiles.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name))
      for (const { tenant } of tenants) expect(bytes.includes(tenant), file.name).to.equal(false)
    }
  })

  it('proves nothing without the quorum, and everything once witnesses are back', async () => {
    away = new Set(['w1', 'w2'])
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    expect(log.hasQuorum).to.equal(false)
    expect(await log.proofOf('north')).to.equal(undefined)
    away.delete('w1')
    await anchor.anchorOnce()
    expect(log.hasQuorum).to.equal(true)
    expect(await log.proofOf('north')).not.to.equal(undefined)
    away.add('w3')
    sizes.set('north', 7)
    await anchor.anchorOnce()
    expect(log.hasQuorum).to.equal(false)
    expect(parseCheckpoint(parseNote((await log.proofOf('north'))?.note ?? '').text).size).to.equal(5)
  })

  it('does not anchor a tenant log that became smaller or another', async () => {
    const { anchor, log } = await openAnchor()
    await anchor.anchorOnce()
    sizes.set('south', 299)
    await anchor.anchorOnce()
    expect(contradicted).to.deep.equal(['south'])
    expect(log.size).to.equal(8)
  })

  it('anchors the others while one tenant’s checkpoint cannot be read', async () => {
    damaged = new Set(['north'])
    const { anchor, log } = await openAnchor()
    await anchor.anchorOnce()
    expect(failures).to.have.length(1)
    expect(await log.proofOf('south')).not.to.equal(undefined)
    expect(await log.proofOf('north')).to.equal(undefined)
  })

  it('gets no quorum for a copy that was set back and grew otherwise', async () => {
    const { anchor } = await openAnchor()
    await anchor.anchorOnce()
    const copy = await mkdtemp(join(tmpdir(), 'campanile-anchor-'))
    try {
      await cp(directory, copy, { recursive: true })
      sizes.set('north', 7)
      await anchor.anchorOnce()
      sizes.set('north', 8)
      const restored = await openAnchor(copy)
      await restored.anchor.anchorOnce()
      expect(restored.log.size).to.equal(16)
      expect(restored.log.hasQuorum).to.equal(false)
    } finally {
      await rm(copy, { recursive: true, force: true })
    }
  })

  it('refuses proofs of another event, salt, tenant or checkpoint', async () => {
    const { log, anchor } = await openAnchor()
    await anchor.anchorOnce()
    const own = (await prove(log, north)) ?? expect.fail()
    const other = (await prove(log, south)) ?? expect.fail()
    const leaf = north.log.leaf(0)
    const code = (run: () => unknown) => {
      try {
        run()
        return 'accepted'
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    const verify = (proof: typeof own, of = leaf) =>
      code(() => verifyAnchoredProof(proof, of, trust(north.log)))
    const { extra: _, ...unsalted } = own.anchor
    expect(verify(own)).to.equal('accepted')
    expect(verify(own, north.log.leaf(1))).to.equal('AUDIT_PROOF_INVALID')
    expect(verify({ ...own, anchor: other.anchor })).to.equal('AUDIT_PROOF_INVALID')
    expect(verify({ ...own, entry: other.entry })).to.equal('AUDIT_NOTE_UNSIGNED')
    expect(verify({ ...own, anchor: unsalted })).to.equal('AUDIT_PROOF_MALFORMED')
    expect(verify({ ...own, anchor: { ...own.anchor, extra: Buffer.alloc(32) } })).to.equal(
      'AUDIT_PROOF_INVALID',
    )
    const newer = { index: 0, path: north.log.inclusion(0, 6), note: north.log.checkpoint(6) }
    expect(verify({ ...own, entry: newer })).to.equal('AUDIT_PROOF_INVALID')
  })

  it('does not begin on tiles that are not what it signed', async () => {
    const { anchor } = await openAnchor()
    await anchor.anchorOnce()
    const path = join(directory, 'log/tile/0/000.p/8')
    const bytes = await readFile(path)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    await writeFile(path, bytes)
    const failure: unknown = await openAnchor().catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
    await writeFile(join(directory, 'state.json'), '{')
    const unreadable: unknown = await openAnchor().catch((error: unknown) => error)
    expect(unreadable).to.have.property('code', 'AUDIT_LOG_CORRUPT')
  })

  it('ships its policy in a form that reads as the same policy', () => {
    const written = writePolicy(policy)
    expect(parsePolicy(written)).to.have.property('quorum', 'ring')
    expect(writePolicy(parsePolicy(written)).equals(written)).to.equal(true)
  })
})
