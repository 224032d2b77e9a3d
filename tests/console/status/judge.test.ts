import { expect } from 'chai'
import fc from 'fast-check'
import { judge, type StatusRow } from '../../../console/status/judge.ts'
import type { HealthAnswer, MetricsView, Observed } from '../../../console/status/observed.ts'
import { propertyRuns } from '../../support/property.ts'

const metrics: MetricsView = {
  up: new Map([
    ['gateway', true],
    ['users', true],
  ]),
  componentUp: new Map(),
  databaseUp: true,
  alerts: [],
  tenants: [{ tenant: 'university_a', requestsPerSecond: 2, errorRatio: 0, isLogVerified: true }],
}
const well: Observed = {
  metrics: { known: true, value: metrics },
  supervisor: {
    known: true,
    value: ['gateway', 'users', 'postgres'].map((name) => ({ name, state: 'ready', restarts: 0 })),
  },
  health: new Map(),
}
const away = { known: false, why: 'Prometheus does not answer: connection refused' } as const

function row(observed: Observed, name: string): StatusRow | undefined {
  return judge(observed).components.find((component) => component.name === name)
}

function withMetrics(change: Partial<MetricsView>): Observed {
  return { ...well, metrics: { known: true, value: { ...metrics, ...change } } }
}

describe('the judge of the status', () => {
  it('calls a house well in which everybody answers and nothing fires', () => {
    const page = judge(well)
    expect(page.level).to.equal('green')
    expect([...page.components, ...page.tenants].map(({ level }) => level)).to.deep.equal(
      Array.from({ length: 5 }, () => 'green'),
    )
  })

  it('shows a component in trouble that Prometheus cannot read', () => {
    expect(row(withMetrics({ up: new Map([['gateway', false]]) }), 'gateway')?.level).to.equal('red')
  })

  it('believes the supervisor that a component is down while its last metrics still look well', () => {
    const supervisor = {
      known: true,
      value: [{ name: 'gateway', state: 'restarting', reason: 'exit 1', restarts: 2 }],
    } as const
    expect(row({ ...well, supervisor }, 'gateway')).to.deep.include({
      level: 'red',
      why: ['restarting: exit 1, started again 2 times'],
    })
  })

  it('lets a critical alert make its service red and a warning make it amber', () => {
    for (const [severity, level] of [
      ['critical', 'red'],
      ['warning', 'amber'],
    ] as const) {
      const alerts = [{ name: 'HighErrorRate', severity, service: 'gateway' }]
      expect(row(withMetrics({ alerts }), 'gateway')).to.deep.include({ level, alerts: ['HighErrorRate'] })
      expect(judge(withMetrics({ alerts })).level).to.equal(level)
    }
  })

  it('lets an alert of a tenant colour the tenant, and the service amber', () => {
    const alerts = [
      { name: 'TenantErrorRate', severity: 'critical', service: 'gateway', tenant: 'university_a' },
    ]
    const page = judge(withMetrics({ alerts }))
    expect(page.tenants[0]?.level).to.equal('red')
    expect(page.components.find(({ name }) => name === 'gateway')?.level).to.equal('amber')
  })

  it('shows an alert that belongs to no row', () => {
    const alerts = [{ name: 'HighCpuUsage', severity: 'warning' }]
    expect(judge(withMetrics({ alerts }))).to.deep.include({
      level: 'amber',
      sentence: 'Alerts fire: HighCpuUsage.',
    })
  })

  it('shows a tenant in amber whose ledger has not been verified lately, though the last verdict was good', () => {
    const judged = (verifiedAgeSeconds: number) =>
      judge(
        withMetrics({
          tenants: [{ tenant: 'drill', requestsPerSecond: 1, isLogVerified: true, verifiedAgeSeconds }],
        }),
      ).tenants[0]?.level
    expect([judged(600), judged(601)]).to.deep.equal(['green', 'amber'])
  })

  it('shows a tenant in trouble whose ledger did not verify', () => {
    const tenants = [{ tenant: 'drill', requestsPerSecond: 1, isLogVerified: false }]
    expect(judge(withMetrics({ tenants })).tenants[0]?.level).to.equal('red')
  })

  it('knows nothing of a tenant that nobody uses', () => {
    const tenants = [{ tenant: 'drill', requestsPerSecond: 0 }]
    const page = judge(withMetrics({ tenants }))
    expect(page.tenants[0]?.level).to.equal('unknown')
    expect(page.level).to.equal('green')
  })

  it('says that Prometheus is away, asks health pages and is never green as a whole', () => {
    const health = new Map<string, HealthAnswer>([
      ['gateway', { status: 'ok' }],
      ['users', { status: 'unready', reason: 'the database does not answer' }],
    ])
    const page = judge({ ...well, metrics: away, health })
    expect(page.blind).to.deep.equal([away.why])
    expect(page.tenants).to.deep.equal([])
    expect(page.components.find(({ name }) => name === 'users')).to.deep.include({ level: 'red' })
    expect(judge({ ...well, metrics: away }).level).to.equal('amber')
  })

  it('is unknown, and never green, where nobody could be asked', () => {
    const blind: Observed = {
      metrics: away,
      supervisor: { known: false, why: 'The supervisor does not answer' },
      health: new Map(),
    }
    const levels = judge(blind).components.filter(({ name }) => name !== 'supervisor')
    expect(new Set(levels.map(({ level }) => level))).to.deep.equal(new Set(['unknown']))
    expect(judge(blind).level).to.equal('red')
  })

  it('shows nothing green for which no source has said something good', () => {
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
    const sources = fc.record({
      state: maybe(fc.constantFrom('ready', 'failed', 'unready', 'starting', 'stopped', 'odd')),
      isUp: maybe(fc.boolean()),
      health: maybe(fc.constantFrom<HealthAnswer['status']>('ok', 'unready', 'away')),
      alert: maybe(fc.constantFrom('critical', 'warning')),
    })
    fc.assert(
      fc.property(sources, ({ state, isUp, health, alert }) => {
        const observed: Observed = {
          metrics: {
            known: true,
            value: {
              ...metrics,
              up: new Map(isUp === undefined ? [] : [['gateway', isUp]]),
              alerts: alert === undefined ? [] : [{ name: 'A', severity: alert, service: 'gateway' }],
            },
          },
          supervisor:
            state === undefined
              ? { known: false, why: 'away' }
              : { known: true, value: [{ name: 'gateway', state, restarts: 0 }] },
          health: new Map(
            health === undefined
              ? []
              : [['gateway', health === 'ok' ? { status: health } : { status: health, reason: 'no' }]],
          ),
        }
        const found = row(observed, 'gateway')
        const isGood = state === 'ready' || isUp === true || health === 'ok'
        const isBad =
          alert !== undefined ||
          isUp === false ||
          health === 'unready' ||
          health === 'away' ||
          (state !== undefined && state !== 'ready')
        expect(found?.level === 'green').to.equal(isGood && !isBad)
        expect(found?.why).to.not.deep.equal([])
      }),
      propertyRuns({ ci: 500, soak: 20_000 }),
    )
  })
})
