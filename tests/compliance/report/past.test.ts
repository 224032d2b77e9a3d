import { expect } from 'chai'
import { detailOf, type StateAt } from '../../../compliance/history/past-detail.ts'
import type { FindingRow } from '../../../compliance/history/past-changes.ts'
import { detailLines, itemLines, scanLines } from '../../../compliance/report/past.ts'
import { PastScanDetail, type PastScan } from '../../../contracts/scan-history.ts'
import { validator } from '../../../lib/validate.ts'

const at = (hour: number) => `2026-11-21T0${hour}:00:00.000Z`

function scanAt(hour: number, rest: Partial<PastScan> = {}): PastScan {
  return {
    scannedAt: at(hour),
    event: '0192f3a4-0000-8000-8000-000000000001',
    isAfterGap: false,
    ruleset: 'one',
    low: 90.3,
    high: 95,
    raw: 90.3,
    grade: 'A',
    caps: [],
    coverageRatio: 1,
    waivedRatio: 0,
    durationMillis: 1,
    changedItems: 0,
    began: 0,
    ended: 0,
    posture: 'a'.repeat(64),
    ...rest,
  }
}

const item = { severity: 'high', state: 'fail', passing: 1, failing: 2, unknown: 0, waived: 0 } as const
const standing = (finding: string, rest: Partial<FindingRow> = {}): FindingRow => ({
  finding,
  item: 'CTR-02',
  state: 'open',
  since: new Date(at(3)),
  source: 'compose',
  resource: finding,
  file: 'a.yml',
  line: 7,
  ...rest,
})
const stateAt = (scan: PastScan, rest: Partial<StateAt> = {}): StateAt => ({
  scan,
  items: [{ item: 'CTR-02', changedAt: new Date(at(1)), ...item }],
  frameworks: [{ framework: 'soc2', mapped: 3, pass: 2, fail: 0, unknown: 1 }],
  standing: [standing('web', { since: new Date(at(1)) })],
  ...rest,
})

describe('the history of scans in words', () => {
  it('lists as many scans as were asked for, each compared with the one before', () => {
    const scans = [scanAt(3, { low: 88.1 }), scanAt(2), scanAt(1)]
    expect(scanLines(scans, 2)).to.deep.equal([
      `${at(3)}  88.1 to 95 points, grade A  -2.2  no item changed, but the score did`,
      `${at(2)}  90.3 to 95 points, grade A  +0.0  nothing changed`,
      `older: --before ${at(2)}`,
    ])
    expect(scanLines([], 30)).to.deep.equal(['No scan is in the history.'])
  })

  it('subtracts nothing across rule sets, and says what is missing', () => {
    const { changedItems: _, began: __, ended: ___, ...first } = scanAt(1, { ruleset: 'other' })
    const scans = [scanAt(2, { isAfterGap: true, changedItems: 2, began: 1 }), first]
    expect(scanLines(scans, 30)).to.deep.equal([
      `${at(2)}  90.3 to 95 points, grade A  2 items changed, 1 failure began, 0 ended`,
      '  scans before this one are missing',
      '  another rule set: the points below do not compare with those above',
      `${at(1)}  90.3 to 95 points, grade A  the first of the history`,
    ])
  })

  it('explains a score that moved though no item did', () => {
    const now = scanAt(3, { low: 59, caps: ['HIGH_OVERDUE'], coverageRatio: 0.95, waivedRatio: 0.02 })
    const lines = detailLines(detailOf(stateAt(now), stateAt(scanAt(2))))
    expect(lines).to.include('held down by HIGH_OVERDUE')
    expect(lines.slice(lines.indexOf(`Since ${at(2)}: -31.3 points`))).to.deep.equal([
      `Since ${at(2)}: -31.3 points`,
      'held down now by HIGH_OVERDUE',
      'judged: 100 % before, 95 % now',
      'waived: 0 % before, 2 % now',
    ])
  })

  it('names what changed, with counts', () => {
    const more = { item: 'CTR-02', changedAt: new Date(at(3)), ...item, failing: 5 }
    const fresh = { item: 'CTR-03', changedAt: new Date(at(3)), ...item, state: 'pass' as const, failing: 0 }
    const now = stateAt(scanAt(3), {
      items: [more, fresh],
      standing: [
        standing('web', { since: new Date(at(1)), state: 'waived' }),
        standing('api'),
        // It began before the scan that is compared with, which did not list it.
        standing('old', { since: new Date(at(1)) }),
      ],
    })
    const before = stateAt(scanAt(2), { standing: [...stateAt(scanAt(2)).standing, standing('gone')] })
    const detail = detailOf(now, before)
    expect(validator(PastScanDetail)(detail).valid).to.equal(true)
    const lines = detailLines(detail)
    expect(lines.slice(lines.indexOf(`Since ${at(2)}: +0.0 points`) + 1)).to.deep.equal([
      'CTR-02: fail as before (2 fail, 1 pass before, 5 fail, 1 pass now)',
      'CTR-03: looked at for the first time (pass, 1 pass)',
      'Began: CTR-02 api in a.yml:7',
      'Ended: CTR-02 gone in a.yml:7',
      'Waived now: CTR-02 web in a.yml:7',
    ])
    expect(lines).to.include('soc2: 2 of 3 mapped controls pass, 1 unknown')
    expect(lines).to.include(`FAIL  CTR-02  high  5 fail, 1 pass, as since ${at(3)}`)
  })

  it('says so where nothing changed, and where a scan is the first', () => {
    expect(detailLines(detailOf(stateAt(scanAt(3)), stateAt(scanAt(2)))).at(-1)).to.equal('Nothing changed.')
    expect(detailLines(detailOf(stateAt(scanAt(3)))).at(-1)).to.equal('The first scan of the history.')
  })

  it('names as many failures as a reader takes in, and counts the others', () => {
    const many = Array.from({ length: 600 }, (_, number) => standing(`web-${number}`))
    const detail = detailOf(stateAt(scanAt(3), { standing: many }), stateAt(scanAt(2), { standing: [] }))
    expect(detail.changes?.began).to.have.lengthOf(500)
    expect(detail.changes?.omitted).to.equal(100)
    expect(detailLines(detail)).to.include('Began: 480 more').and.include('and 100 more')
  })

  it('tells the past of an item', () => {
    const findings = [
      { finding: 'b', resource: 'web', file: 'a.yml', line: 7, began: at(2) },
      { finding: 'a', resource: 'api', began: at(1), ended: at(2) },
    ]
    const states = [{ at: at(2), ...item }]
    expect(itemLines({ item: 'CTR-02', states, findings, isCut: true })).to.deep.equal([
      'CTR-02, newest first',
      `${at(2)}  fail  high  2 fail, 1 pass`,
      '',
      `${at(2)} to now  web in a.yml:7`,
      `${at(1)} to ${at(2)}  api`,
      'and more before that',
    ])
  })
})
