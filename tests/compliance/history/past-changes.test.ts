import { expect } from 'chai'
import {
  findingChanges,
  frameworkChanges,
  itemChanges,
  type FindingRow,
} from '../../../compliance/history/past-changes.ts'
import type { PostureItem } from '../../../contracts/posture.ts'
import { aPosture, failureOf, itemOf } from './a-posture.ts'

const standing: FindingRow = {
  finding: 'CTR-02-web',
  item: 'CTR-02',
  source: 'compose',
  resource: 'web',
  file: 'docker-compose.yml',
  line: 3,
}
const endings = (items: readonly PostureItem[], rest = {}) =>
  findingChanges([standing], aPosture(2, items, rest)).filter(({ stands }) => !stands)

describe('what a posture changes in the history', () => {
  it('names the items in another state, and those nothing looks at any more', () => {
    const before = [
      { item: 'CTR-01', severity: 'high', state: 'fail' },
      { item: 'CTR-02', severity: 'high', state: 'pass' },
      { item: 'CTR-03', severity: 'low', state: 'pass' },
      { item: 'CTR-04', severity: 'low', state: 'outside' },
    ] as const
    const now = aPosture(2, [itemOf('CTR-01', []), itemOf('CTR-02', []), itemOf('CTR-05', ['web'])])
    expect(itemChanges(before, now)).to.deep.equal([
      { item: 'CTR-01', severity: 'high', state: 'pass' },
      { item: 'CTR-05', severity: 'high', state: 'fail' },
      { item: 'CTR-03', severity: 'low', state: 'outside' },
    ])
  })

  it('begins a failure once, with its place, waived or not', () => {
    const waived = itemOf('CTR-03', [], {
      state: 'waived',
      findings: [{ ...failureOf('CTR-03', 'db'), waived: true }],
    })
    const changes = findingChanges([standing], aPosture(2, [itemOf('CTR-02', ['web', 'api']), waived]))
    expect(changes.map(({ finding, stands }) => [finding, stands])).to.deep.equal([
      ['CTR-02-api', true],
      ['CTR-03-db', true],
    ])
    expect(changes[0]).to.deep.include({ source: 'compose', file: 'docker-compose.yml', line: 3 })
  })

  it('ends a failure that is gone from an item that was seen whole', () => {
    expect(endings([itemOf('CTR-02', [])])).to.deep.equal([{ ...standing, stands: false }])
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
