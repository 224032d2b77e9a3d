import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { pack, unpack } from '../../../compliance/bundle/archive.ts'
import { makeBundle } from '../../../compliance/bundle/make-bundle.ts'
import { verifyBundle } from '../../../compliance/bundle/verify-bundle.ts'
import { look, type Looked } from '../../../compliance/command.ts'
import { ComplianceError } from '../../../compliance/errors.ts'

const bad = join(import.meta.dirname, '../fixtures/bad')
const clockMillis = Date.parse('2026-11-21T12:00:00.000Z')

describe('an evidence bundle', () => {
  let looked: Looked
  let bundle: Buffer
  const keys = generateKeyPairSync('ed25519')
  const verify = (bytes: Uint8Array, key = keys.publicKey) =>
    verifyBundle(bytes, { measured: looked.measured, key })
  const changed = async (change: (texts: Map<string, string>) => void) => {
    const texts = new Map(await unpack(bundle))
    change(texts)
    return pack(texts)
  }
  before(async () => {
    looked = await look([bad], { clockMillis, listsSettled: true })
    bundle = await makeBundle({ ...looked, key: keys.privateKey })
  })

  it('is the same, byte for byte, of the same inputs at the same clock', async () => {
    const again = await look([bad], { clockMillis, listsSettled: true })
    expect((await makeBundle({ ...again, key: keys.privateKey })).equals(bundle)).to.equal(true)
  })

  it('verifies with nothing but itself, signature and findings', async () => {
    expect((await verify(bundle)).faults).to.deep.equal([])
  })

  it('names the hash of every file that was read', async () => {
    const inputs = JSON.parse((await unpack(bundle)).get('inputs.json') ?? '') as readonly {
      readonly name: string
      readonly sha256?: string
    }[]
    expect(inputs.map(({ name }) => name)).to.include(join(bad, 'Dockerfile'))
    expect(inputs.filter(({ sha256 = '' }) => !/^[0-9a-f]{64}$/.test(sha256))).to.deep.equal([])
  })

  it('holds no secret of a file it was made of, and judges all but a few items again', async () => {
    const texts = await unpack(bundle)
    expect([...texts.values()].join('\n')).not.to.match(/wJalrXUtnFEMI|admin123(?!,)/)
    const trusted = JSON.parse(texts.get('trusted.json') ?? '') as readonly { readonly id: string }[]
    expect(trusted.length).to.be.greaterThan(0)
    expect(trusted.map(({ id }) => id).filter((id) => !/^(SEC|CTR-12)/.test(id))).to.deep.equal([])
  })

  it('is found out when any part was changed, left out or put in', async () => {
    for (const name of ['facts.json', 'posture.json', 'inputs.json', 'waivers.json', 'versions.json']) {
      const edited = await changed((texts) => texts.set(name, `${texts.get(name) ?? ''} `))
      expect((await verify(edited)).faults, name).not.to.deep.equal([])
      const cut = await changed((texts) => texts.delete(name))
      expect((await verify(cut)).faults, name).not.to.deep.equal([])
    }
    const more = await changed((texts) => texts.set('more.json', '{}'))
    expect((await verify(more)).faults).to.deep.equal(['more.json is in no statement'])
  })

  it('is found out when it was made anew with other findings, even where its hashes hold', async () => {
    const items = looked.posture.items.map((item) =>
      item.id === 'DAT-04' ? { ...item, state: 'pass' as const, findings: [] } : item,
    )
    const forged = await makeBundle({ ...looked, posture: { ...looked.posture, items } })
    const { faults } = await verifyBundle(forged, { measured: looked.measured })
    expect(faults.join()).to.match(/^DAT-04 comes out otherwise/)
  })

  it('is found out when anything that follows from the findings was made better, and says its own score', async () => {
    const { posture } = looked
    const best = { low: 100, high: 100, raw: 100, grade: 'A' as const, caps: [], coverageRatio: 1 }
    const edits: Readonly<Record<string, Partial<Posture>>> = {
      score: { score: { ...posture.score, ...best } },
      frameworks: {
        frameworks: posture.frameworks.map((each) => ({ ...each, pass: each.mapped, fail: 0, unknown: 0 })),
      },
      outside: { outside: [] },
      settled: {
        items: posture.items.map((item) =>
          item.id === 'CTR-02' ? { ...item, settled: (item.settled ?? []).slice(1) } : item,
        ),
      },
      sources: { sources: posture.sources.slice(1) },
      'TLS-01': {
        items: posture.items.map((item) => (item.id === 'TLS-01' ? { ...item, severity: 'low' } : item)),
      },
    }
    for (const [name, edit] of Object.entries(edits)) {
      const forged = await makeBundle({ ...looked, posture: { ...posture, ...edit } })
      const outcome = await verifyBundle(forged, { measured: looked.measured })
      expect(outcome.faults.join(), name).to.include('comes out otherwise')
      if (name === 'score') expect(outcome.posture?.score).to.deep.equal(posture.score)
    }
  })

  it('is found out when its statement, its waivers or its map say more than the rules', async () => {
    const { posture } = looked
    const waiver = {
      control: 'CTR-02',
      owner: 'platform team',
      approver: 'Platform Team',
      reason: 'it would take long to mend it',
      compensating: 'nothing protects instead of it',
      granted: '2026-01-01',
      expires: '2027-11-01',
    }
    const again = await look([bad], { clockMillis, listsSettled: true })
    const waived = await verifyBundle(await makeBundle({ ...again, waivers: [waiver] }), {
      measured: looked.measured,
    })
    expect(waived.faults.join()).to.match(/a waiver of CTR-02 is none: approver/)
    const parts = new Map(await unpack(await makeBundle(looked)))
    const envelope = JSON.parse(parts.get('statement.dsse.json') ?? '') as { payload: string }
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
      predicate: { properties: string[] }
    }
    statement.predicate.properties.push('CAMPANILE_DBS-01_PASSED')
    const payload = Buffer.from(JSON.stringify(statement)).toString('base64')
    parts.set('statement.dsse.json', JSON.stringify({ ...envelope, payload }))
    const stated = await verifyBundle(await pack(parts), { measured: looked.measured })
    expect(stated.faults).to.deep.equal(['the statement says otherwise than the posture'])
    const other = await makeBundle({ ...looked, posture: { ...posture, ruleset: '0'.repeat(16) } })
    const ruled = await verifyBundle(other, { measured: looked.measured })
    expect(ruled.faults).to.have.lengthOf(1)
    expect(ruled.faults[0]).to.match(/^it was judged by other rules \(0{16}\)/)
  })

  it('verifies what was waived, and what is overdue by an earlier scan', async () => {
    const first = await look([bad], { clockMillis: clockMillis - 40 * 86_400_000 })
    const later = await look([bad], { clockMillis, previous: first.posture })
    expect(later.posture.score.caps.map(({ code }) => code)).to.include('HIGH_OVERDUE')
    const outcome = await verifyBundle(await makeBundle(later), { measured: looked.measured })
    expect(outcome.faults).to.deep.equal([])
  })

  it('says when it is signed by another key or by nobody', async () => {
    const other = generateKeyPairSync('ed25519').publicKey
    expect((await verify(bundle, other)).faults).to.deep.equal(['it is not signed by the given key'])
    const unsigned = await verifyBundle(await makeBundle(looked), { measured: looked.measured })
    expect(unsigned.faults).to.deep.equal([])
    expect(unsigned.notes.join()).to.include('nobody signed it')
  })

  it('refuses what is no bundle, and what would unfold without end', async () => {
    for (const bytes of [Buffer.from('no'), Buffer.alloc(0), bundle.subarray(0, 100)]) {
      const outcome = await verify(bytes).then(
        () => 'read',
        (error: unknown) => (error instanceof ComplianceError ? error.code : 'other'),
      )
      expect(outcome).to.equal('BUNDLE_INVALID')
    }
  })
})
