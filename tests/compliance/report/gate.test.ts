import { expect } from 'chai'
import type { Posture, PostureFinding, PostureItem } from '../../../contracts/posture.ts'
import { compareForGate } from '../../../compliance/report/gate.ts'
import { writeGate } from '../../../compliance/report/gate-console.ts'

const finding = (id: string, change: Partial<PostureFinding> = {}): PostureFinding => ({
  id,
  control: 'NET-01',
  status: 'fail',
  severity: 'critical',
  resource: 'aws_security_group.web',
  source: 'terraform',
  location: { file: 'main.tf', startLine: 3, endLine: 3 },
  expected: 'no rule opens 22 to the internet',
  found: 'ports 22 to 22 from 0.0.0.0/0',
  ...change,
})

function postureOf(findings: readonly PostureFinding[], change: Partial<PostureItem> = {}): Posture {
  const item: PostureItem = {
    id: 'NET-01',
    title: 'No SSH open to the internet',
    group: 'Network',
    severity: 'critical',
    state: findings.length === 0 ? 'pass' : 'fail',
    counts: { pass: 0, fail: findings.length, unknown: 0, 'not-applicable': 0, waived: 0 },
    findings: [...findings],
    omitted: 0,
    ...change,
  }
  return {
    version: 1,
    ruleset: 'a',
    scannedAt: '2026-11-21T12:00:00.000Z',
    durationMillis: 1,
    score: { low: 0, high: 0, raw: 0, grade: 'F', caps: [], coverageRatio: 1, waivedRatio: 0 },
    sources: [{ source: 'terraform', resources: 1, faults: 0 }],
    read: [],
    unwatched: 0,
    items: [item],
    outside: [],
    frameworks: [],
    waivers: [],
    faults: [],
  }
}

const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)
const compare = (before: Posture, now: Posture) => compareForGate(before, now, ['critical'])

describe('the gate', () => {
  it('holds nothing against what stood before, wherever its line went', () => {
    const moved = finding('NET-01-a', { location: { file: 'main.tf', startLine: 90, endLine: 90 } })
    const { fresh, known } = compare(postureOf([finding('NET-01-a')]), postureOf([moved]))
    expect([ids(fresh), ids(known)]).to.deep.equal([[], ['NET-01-a']])
  })

  it('calls nothing gone that stood in a source it does not look at', () => {
    const live = finding('NET-01-a', { source: 'postgres' })
    expect(compare(postureOf([live]), postureOf([])).gone).to.deep.equal([])
  })

  it('fails for what is new and tells what is gone', () => {
    const { fresh, gone } = compare(postureOf([finding('NET-01-a')]), postureOf([finding('NET-01-b')]))
    expect([ids(fresh), ids(gone)]).to.deep.equal([['NET-01-b'], ['NET-01-a']])
  })

  it('fails for what could not be decided before and fails now, and not the other way round', () => {
    const unknown = postureOf([finding('NET-01-a', { status: 'unknown' })])
    const failing = postureOf([finding('NET-01-a')])
    expect(ids(compare(unknown, failing).fresh)).to.deep.equal(['NET-01-a'])
    expect(ids(compare(failing, unknown).fresh)).to.deep.equal([])
  })

  it('fails for what was waived once the waiver has ended', () => {
    const waived = postureOf([finding('NET-01-a', { waived: true })])
    expect(ids(compare(waived, postureOf([finding('NET-01-a')])).fresh)).to.deep.equal(['NET-01-a'])
    expect(ids(compare(postureOf([]), waived).fresh)).to.deep.equal([])
  })

  it('fails for an item that no resource decides any more', () => {
    const hidden = postureOf([], { state: 'unknown', why: '1 could not be read' })
    expect(ids(compare(postureOf([]), hidden).fresh)).to.deep.equal(['NET-01'])
  })

  it('lets pass what is new below the level, and names it', () => {
    const low = postureOf([finding('NET-01-a')], { severity: 'medium' })
    const { fresh, below } = compare(postureOf([]), low)
    expect([ids(fresh), ids(below)]).to.deep.equal([[], ['NET-01-a']])
  })

  it('says what cannot be read any more, and that rules have changed', () => {
    const fault = { code: 'GATHER_SYNTAX', message: 'expected }', file: 'main.tf', line: 1 }
    const compared = compare(postureOf([]), { ...postureOf([]), ruleset: 'b', faults: [fault] })
    expect(compared.unread).to.deep.equal(['main.tf'])
    expect(writeGate(compared, {})).to.match(/not read any more: main\.tf\n.*rules or sources are others/)
  })

  it('shows what a file says as text', () => {
    const evil = finding('NET-01-a', { resource: '\u001b[31mred', found: '\u202e' })
    expect(writeGate(compare(postureOf([]), postureOf([evil])), {})).not.to.match(/[\u001b\u202e]/)
  })
})
