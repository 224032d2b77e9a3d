import { expect } from 'chai'
import { complianceGroups } from '../../contracts/metrics/compliance.ts'
import type { Posture } from '../../contracts/posture.ts'
import { readChecklist } from '../../compliance/checklist.ts'
import { publishPosture } from '../../compliance/gauges.ts'
import { postureOf } from './report/posture-of.ts'

/** Keeps what is set, as `name{label="value"}`. */
function published(posture: Posture): Map<string, number> {
  const kept = new Map<string, number>()
  const sdk = {
    gauge: (name: string) => ({
      set: (labels: Readonly<Record<string, string>>, value: number) => {
        const text = Object.entries(labels).map(([label, each]) => `${label}="${each}"`)
        kept.set(`${name}{${text.join(',')}}`, value)
      },
    }),
  }
  publishPosture(sdk, posture)
  return kept
}

describe('the gauges of a posture', () => {
  let bad: Posture
  before(async () => {
    bad = await postureOf('bad')
  })

  it('know every group of the checklist', () => {
    expect(Object.keys(readChecklist().groups)).to.deep.equal([...complianceGroups])
  })

  it('count each item once, by group', () => {
    const series = [...published(bad)].filter(([name]) => name.startsWith('compliance_items{'))
    expect(series.reduce((sum, [, value]) => sum + value, 0)).to.equal(bad.items.length)
    const failing = bad.items.filter(
      ({ id, severity, state }) => id.startsWith('NET') && severity === 'critical' && state === 'fail',
    )
    expect(published(bad).get('compliance_items{group="NET",severity="critical",state="fail"}')).to.equal(
      failing.length,
    )
  })

  it('tell the state of each item, also of one outside of the scan', () => {
    const series = published(bad)
    expect(series.get('compliance_item_state{item="NET-01"}')).to.equal(4)
    expect(series.get(`compliance_item_state{item="${bad.outside[0]}"}`)).to.equal(-1)
  })

  it('tell how old the oldest evidence of an item is', () => {
    const older = {
      ...bad,
      items: bad.items.map((item) => ({ ...item, freshTo: '2026-11-20T12:00:00.000Z' })),
    }
    expect(published(bad).get('compliance_evidence_age_seconds{item="NET-01"}')).to.equal(0)
    expect(published(older).get('compliance_evidence_age_seconds{item="NET-01"}')).to.equal(86_400)
  })

  it('tell when the first waiver of an item ends, and 0 where there is none', () => {
    const waiver = (expires: string, state: 'active' | 'expired' | 'unused') => ({
      control: 'NET-01',
      owner: 'platform team',
      approver: 'security office',
      reason: 'a jump host stands behind it',
      expires,
      state,
    })
    const waivers = [
      waiver('2026-12-10', 'active'),
      waiver('2026-12-01', 'unused'),
      waiver('2026-11-01', 'expired'),
    ]
    const name = 'compliance_waiver_expiry_timestamp_seconds{item="NET-01"}'
    expect(published({ ...bad, waivers }).get(name)).to.equal(Date.parse('2026-12-02') / 1_000)
    expect(published(bad).get(name)).to.equal(0)
  })

  it('tell what could not be decided, by reason', () => {
    const series = published(bad)
    expect(series.get('compliance_resources_unresolved{reason="unwatched"}')).to.equal(bad.unwatched)
    expect(series.get('compliance_resources_unresolved{reason="unread"}')).to.equal(0)
  })
})
