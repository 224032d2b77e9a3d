import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readChecklist } from '../../compliance/checklist.ts'
import { readWaivers, waiversOf, waiversPath } from '../../compliance/waivers.ts'
import { ConfigError } from '../../lib/config.ts'

const severities = new Map(readChecklist().items.map(({ id, sev }) => [id, sev]))

const rules = { severities, nowMillis: Date.parse('2026-11-21T12:00:00Z') }

const good = {
  control: 'CTR-05',
  owner: 'platform team',
  approver: 'security office',
  reason: 'the vendor image writes its own folder',
  compensating: 'the folder is on a volume without execution',
  granted: '2026-09-01',
  expires: '2027-02-28',
}

describe('the waivers', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-waivers-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const read = (...waivers: readonly object[]) => {
    const path = join(folder, 'waivers.yaml')
    writeFileSync(path, JSON.stringify({ version: 1, waivers }))
    return readWaivers(path, rules)
  }
  const faultsOf = (waiver: object): string[] => {
    try {
      read(waiver)
      return []
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return error.faults.map(({ key }) => key)
    }
  }

  it('are read from the file of the house', () => {
    expect(readWaivers(waiversPath, rules)).to.be.an('array')
  })

  it('hold for at most 180 days', () => {
    expect(read(good)).to.have.lengthOf(1)
    expect(faultsOf({ ...good, expires: '2027-03-01' })).to.deep.equal(['waivers.0.expires'])
    expect(faultsOf({ ...good, expires: '2026-08-31' })).to.deep.equal(['waivers.0.expires'])
  })

  it('hold for at most 30 days when they waive a critical item', () => {
    expect(faultsOf({ ...good, control: 'CTR-02' })).to.deep.equal(['waivers.0.expires'])
    expect(faultsOf({ ...good, control: 'CTR-02', expires: '2026-10-01' })).to.deep.equal([])
  })

  it('are granted on no day to come, but for the zone of whoever grants them', () => {
    expect(faultsOf({ ...good, granted: '2026-11-22', expires: '2026-12-01' })).to.deep.equal([])
    expect(faultsOf({ ...good, granted: '2031-01-01', expires: '2031-02-01' })).to.deep.equal([
      'waivers.0.granted',
    ])
  })

  it('of this house are for what stands in its checkout, and for nothing else', () => {
    expect(waiversOf([join(import.meta.dirname, '../../compose')])).to.equal(waiversPath)
    expect(waiversOf([folder])).to.equal(undefined)
    expect(waiversOf([join(import.meta.dirname, '../../compose'), folder])).to.equal(undefined)
    expect(readWaivers(undefined, rules)).to.deep.equal([])
  })

  it('are approved by somebody else', () => {
    expect(faultsOf({ ...good, approver: 'Platform team ' })).to.deep.equal(['waivers.0.approver'])
  })

  it('name an item that is measured', () => {
    expect(faultsOf({ ...good, control: 'ZZZ-99' })).to.include('waivers.0.control')
  })

  it('say owner, reason, what protects instead, and an end', () => {
    for (const key of ['owner', 'approver', 'reason', 'compensating', 'granted', 'expires']) {
      const { [key as keyof typeof good]: _left, ...rest } = good
      expect(faultsOf(rest), key).to.deep.equal([`waivers.0.${key}`])
    }
    expect(faultsOf({ ...good, forever: true })).to.have.lengthOf(1)
  })

  it('are none where there is no file', () => {
    expect(readWaivers(join(folder, 'absent.yaml'), rules)).to.deep.equal([])
  })
})
