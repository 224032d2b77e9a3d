import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { attestableItems, readChecklist } from '../../../compliance/checklist.ts'
import { attributeOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { readAttestations } from '../../../compliance/gather/attestations.ts'
import { ConfigError } from '../../../lib/config.ts'

const items = attestableItems(readChecklist())
const text = 'assessment of the study assistant\n'
const good = {
  item: 'PRV-13',
  statement: 'the study assistant was assessed before it was switched on',
  signer: 'Robin Vale',
  role: 'data protection officer',
  document: { file: 'dpia.txt', sha256: createHash('sha256').update(text).digest('hex') },
  signed: '2026-09-01',
  expires: '2027-08-31',
}

describe('the attestations', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-attestations-'))
    writeFileSync(join(folder, 'dpia.txt'), text)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const read = (...attestations: readonly object[]) => {
    const path = join(folder, 'attestations.yaml')
    writeFileSync(path, JSON.stringify({ version: 1, attestations }, null, 1))
    return readAttestations(path, items)
  }
  const faultsOf = (...attestations: readonly object[]) => {
    try {
      read(...attestations)
      return []
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return error.faults
    }
  }
  const keysOf = (...attestations: readonly object[]) => faultsOf(...attestations).map(({ key }) => key)
  const foundOn = async (day: string, attestation: object, name = 'PRV-13'): Promise<Resource> => {
    const { resources } = await gather([], {
      attestations: read(attestation),
      nowMillis: () => Date.parse(day),
    })
    const resource = resources.find((each) => each.name === name)
    if (resource === undefined) throw new Error(`no statement on ${name}`)
    return resource
  }

  it('prove something from the day they were signed to the day they expire', async () => {
    const onDay = async (day: string) => knownValueOf(await foundOn(day, good), 'state')
    expect(await onDay('2026-08-31T23:59:59Z')).to.equal('signed on a day that has not come')
    expect(await onDay('2026-09-01')).to.equal('current')
    expect(await onDay('2027-08-31T23:59:59Z')).to.equal('current')
    expect(await onDay('2027-09-01')).to.equal('expired')
  })

  it('prove nothing without their document, and nothing once it was changed', async () => {
    const stateWith = async (document: object) =>
      knownValueOf(await foundOn('2026-10-01', { ...good, document }), 'state')
    expect(await stateWith({ ...good.document, file: 'absent.txt' })).to.equal(
      'without the document it names',
    )
    mkdirSync(join(folder, 'folder'))
    expect(await stateWith({ ...good.document, file: 'folder' })).to.equal('without the document it names')
    writeFileSync(join(folder, 'dpia.txt'), `${text}and more`)
    expect(await stateWith(good.document)).to.equal('about a document that was changed since')
  })

  it('say of every item that people answer for that nobody signed, unless somebody did', async () => {
    const { resources } = await gather([], { attestations: read(good) })
    expect(resources.map(({ name }) => name)).to.deep.equal([...items.keys()])
    expect(attributeOf(await foundOn('2026-10-01', good, 'PRV-08'), 'state')).to.include({ known: false })
  })

  it('keep who signed, as what and for which document', async () => {
    const resource = await foundOn('2026-10-01', good)
    expect(knownValueOf(resource, 'signer')).to.equal('Robin Vale')
    expect(knownValueOf(resource, 'role')).to.equal('data protection officer')
    expect(knownValueOf(resource, 'document')).to.deep.equal(good.document)
  })

  it('hold for at most 365 days', () => {
    expect(keysOf({ ...good, expires: '2027-09-01' })).to.deep.equal([])
    expect(keysOf({ ...good, expires: '2027-09-02' })).to.deep.equal(['attestations.0.expires'])
    expect(keysOf({ ...good, expires: '2026-08-31' })).to.deep.equal(['attestations.0.expires'])
  })

  it('hold as long as their item says', () => {
    const review = { ...good, item: 'IAM-18' }
    expect(keysOf({ ...review, expires: '2026-12-02' })).to.deep.equal([])
    expect(keysOf({ ...review, expires: '2026-12-03' })).to.deep.equal(['attestations.0.expires'])
    // What a statement lives stands with whichever check asks for it.
    const lives = ['BDR-04', 'IRP-07', 'PRV-13'].map((id) => items.get(id))
    expect(lives).to.deep.equal([92, 183, 365])
  })

  it('are made once for an item that a machine does not decide alone', () => {
    expect(keysOf({ ...good, item: 'NET-01' })).to.deep.equal(['attestations.0.item'])
    expect(keysOf(good, good)).to.deep.equal(['attestations.1.item'])
  })

  it('name signer, role, document and both days, and every fault has its line', () => {
    for (const key of ['statement', 'signer', 'role', 'document', 'signed', 'expires']) {
      const { [key as keyof typeof good]: _left, ...rest } = good
      expect(keysOf(rest), key).to.deep.equal([`attestations.0.${key}`])
    }
    const faults = faultsOf({ ...good, signed: 'yesterday', forever: true })
    expect(faults).to.have.lengthOf(2)
    for (const { line } of faults) expect(line).to.be.a('number')
    expect(faultsOf(good, { ...good, expires: '2029-01-01' }).map(({ line }) => line)).to.deep.equal([17, 26])
  })
})
