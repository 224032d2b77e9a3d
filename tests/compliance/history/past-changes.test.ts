import { expect } from 'chai'
import {
  findingChanges,
  frameworkChanges,
  itemChanges,
  type FindingRow,
  type ItemRow,
} from '../../../compliance/history/past-changes.ts'
import type { PostureItem } from '../../../contracts/posture.ts'
import { aPosture, failureOf, itemOf } from './a-posture.ts'

const standing: FindingRow = {
  finding: 'CTR-02-web',
  item: 'CTR-02',
  state: 'open',
  since: new Date('2026-11-21T01:00:00.000Z'),
  source: 'compose',
  resource: 'web',
  file: 'docker-compose.yml',
  line: 3,
}
const endings = (items: readonly PostureItem[], rest = {}) =>
  findingChanges([standing], aPosture(2, items, rest)).filter(({ state }) => state === 'ended')

describe('what a posture changes in the history', () => {
  it('names the items in another state, of another severity or with other counts, and those nothing looks at any more', () => {
    const row = { severity: 'high', passing: 1, failing: 0, unknown: 0, waived: 0 } as const
    const before: readonly ItemRow[] = [
      { ...row, item: 'CTR-01', state: 'fail', failing: 1 },
      { ...row, item: 'CTR-02', state: 'pass' },
      { ...row, item: 'CTR-03', state: 'pass', severity: 'low' },
      { ...row, item: 'CTR-04', state: 'outside' },
      { ...row, item: 'CTR-06', state: 'pass', passing: 2 },
      { ...row, item: 'CTR-07', state: 'pass', severity: 'low' },
    ]
    const same = ['CTR-01', 'CTR-02', 'CTR-06', 'CTR-07'].map((id) => itemOf(id, []))
    const now = aPosture(2, [...same, itemOf('CTR-05', ['web'])])
    expect(itemChanges(before, now)).to.deep.equal([
      { ...row, item: 'CTR-01', state: 'pass' },
      { ...row, item: 'CTR-06', state: 'pass' },
      { ...row, item: 'CTR-07', state: 'pass' },
      { ...row, item: 'CTR-05', state: 'fail', failing: 1 },
      { ...row, item: 'CTR-03', state: 'outside', severity: 'low', passing: 0 },
    ])
  })

  it('begins a failure once, with its place, waived or not', () => {
    const waived = itemOf('CTR-03', [], {
      state: 'waived',
      findings: [{ ...failureOf('CTR-03', 'db'), waived: true }],
    })
    const changes = findingChanges([standing], aPosture(2, [itemOf('CTR-02', ['web', 'api']), waived]))
    expect(changes.map(({ finding, state }) => [finding, state])).to.deep.equal([
      ['CTR-02-api', 'open'],
      ['CTR-03-db', 'waived'],
    ])
    expect(changes[0]).to.deep.include({ source: 'compose', file: 'docker-compose.yml', line: 3 })
  })

  it('says when somebody answers for a failure, and when nobody does any more', () => {
    const item = itemOf('CTR-02', ['web'])
    const waived = { ...item, findings: item.findings.map((each) => ({ ...each, waived: true })) }
    expect(findingChanges([standing], aPosture(2, [waived])).map(({ state }) => state)).to.deep.equal([
      'waived',
    ])
    const before = { ...standing, state: 'waived' } as const
    expect(findingChanges([before], aPosture(2, [item])).map(({ state }) => state)).to.deep.equal(['open'])
    expect(findingChanges([before], aPosture(2, [waived]))).to.deep.equal([])
  })

  it('takes the begin of a failure that was not listed before from the posture', () => {
    const old = { ...failureOf('CTR-02', 'api'), since: '2026-01-01T00:00:00.000Z' }
    const posture = aPosture(2, [itemOf('CTR-02', [], { state: 'fail', findings: [old], omitted: 50 })])
    expect(findingChanges([standing], posture).map(({ since }) => since.toISOString())).to.deep.equal([
      old.since,
    ])
  })

  it('takes over where a resource was found once a posture says so', () => {
    const changes = findingChanges([{ ...standing, source: null }], aPosture(2, [itemOf('CTR-02', ['web'])]))
    expect(changes.map(({ state, source }) => [state, source])).to.deep.equal([['open', 'compose']])
  })

  it('names what PostgreSQL can store', () => {
    const [change] = findingChanges([], aPosture(2, [itemOf('CTR-02', ['a\0b'])]))
    expect(change?.resource).to.equal('a\ufffdb')
  })

  it('ends a failure that is gone from an item that was seen whole', () => {
    expect(endings([itemOf('CTR-02', [])])).to.deep.equal([{ ...standing, state: 'ended' }])
    expect(endings([itemOf('CTR-02', ['api'])])).to.have.lengthOf(1)
  })

  it('ends nothing where the posture does not show that it is gone', () => {
    const doubts: readonly (readonly PostureItem[])[] = [
      [],
      [itemOf('CTR-02', ['api'], { omitted: 1 })],
      [itemOf('CTR-02', ['api'], { isUnread: true })],
      [itemOf('CTR-02', [], { state: 'unknown' })],
      [
        itemOf('CTR-02', ['api'], {
          counts: { pass: 0, fail: 1, unknown: 1, 'not-applicable': 0, waived: 0 },
        }),
      ],
    ]
    for (const items of doubts) expect(endings(items)).to.deep.equal([])
    const faults = [{ code: 'X', message: 'x', file: 'docker-compose.yml', line: 1 }]
    expect(endings([itemOf('CTR-02', ['api'])], { faults })).to.deep.equal([])
    const elsewhere = { sources: [{ source: 'postgres', resources: 1, faults: 0 }] } as const
    expect(endings([itemOf('CTR-02', [])], elsewhere)).to.deep.equal([])
  })

  it('does not begin what cannot be decided', () => {
    const unknown = { ...failureOf('CTR-02', 'api'), status: 'unknown' } as const
    const item = itemOf('CTR-02', [], { state: 'unknown', findings: [unknown] })
    expect(findingChanges([], aPosture(2, [item]))).to.deep.equal([])
  })

  it('names the frameworks whose counts moved', () => {
    const counts = { mapped: 3, pass: 1, fail: 1, unknown: 1 }
    const moved = { mapped: 3, pass: 2, fail: 1, unknown: 0 }
    const framework = (id: 'soc2' | 'ferpa', of: typeof counts) => ({ id, title: id, ...of, controls: [] })
    const before = [
      { framework: 'soc2', ...counts },
      { framework: 'ferpa', ...counts },
    ]
    const frameworks = [framework('soc2', counts), framework('ferpa', moved)]
    expect(frameworkChanges(before, aPosture(2, [], { frameworks }))).to.deep.equal([
      { framework: 'ferpa', ...moved },
    ])
  })
})
