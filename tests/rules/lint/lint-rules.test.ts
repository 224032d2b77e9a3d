import { expect } from 'chai'
import { lintRules } from '../../../rules/lint/lint-rules.ts'
import type { AlertingRule, RecordingRule, Rule } from '../../../rules/model.ts'
import { files } from '../generated.ts'

const annotations = {
  summary: 'a',
  description: 'b',
  runbook_url: 'c',
  dashboard_url: 'd',
  traces_url: 'e',
}

const good: AlertingRule = {
  alert: 'ServiceDown',
  expr: 'max by (service) (label_replace(up, "service", "$1", "job", "(.+)")) == 0',
  forSeconds: 30,
  labels: { severity: 'critical', area: 'availability' },
  annotations: { ...annotations, summary: '{{ $labels.service }}' },
}
const count: RecordingRule = {
  record: 'slo:events:count30s',
  expr: 'sum by (tenant, service) (http_server_request_duration_seconds_count)',
  labels: { slo: 'a' },
}

const lint = (...rules: readonly Rule[]) =>
  lintRules([{ name: 'planted', groups: [{ name: 'planted', intervalSeconds: 10, rules }] }])
const faultsOf = (...rules: readonly Rule[]) => lint(...rules).faults.map(({ expected }) => expected)
const alert = (changed: Partial<AlertingRule>) => faultsOf({ ...good, ...changed })
const expr = (text: string) => alert({ expr: text, annotations })

/** What is planted and what the lint says about it. */
const plants: readonly (readonly [string, string, RegExp])[] = [
  ['text that is no PromQL', 'up{job="users"', /^PromQL/],
  ['an offset of what is no selector', '(sum(pg_up) - sum(up)) offset 5m > 0', /^PromQL/],
  ['words after the end', 'up == 0 and', /^PromQL/],
  [
    'a metric nobody exposes',
    'http_requests_total > 0',
    /metric of the catalogue, found http_requests_total/,
  ],
  [
    'a label the metric has not',
    'sum(auth_login_total{student="a"}) > 0',
    /label of auth_login_total, found student/,
  ],
  [
    'a grouping by a label that is gone',
    'sum by (tenant) (pg_up) > 0',
    /group by that is there, found tenant/,
  ],
  ['a rate of a gauge', 'sum(rate(pg_up[5m])) > 0', /a counter for rate, found the gauge pg_up/],
  ['a rate of the level of a series', 'rate(auth_login_total) > 0', /a range for rate/],
  ['a range of one scrape', 'sum(increase(auth_login_total[15s])) > 0', /range of two scrapes.*15 s/],
  ['an alert by person', 'sum by (rule) (privacy_redactions_total) > 0', /no label rule on an alert/],
  ['without', 'sum without (rule) (privacy_redactions_total) > 0', /by instead of without/],
  ['no threshold', 'sum(pg_stat_activity_count)', /^a threshold$/],
  ['only the guard of a division', 'sum(pg_up) / (sum(up) > 0)', /^a threshold$/],
  ['a number and no series', '1 > bool 2', /series, found a number/],
  ['an absence that waits one scrape', 'absent(pg_up)', /^a threshold$/],
  [
    'a quantile without le',
    'histogram_quantile(0.9, sum(rate(ledger_append_duration_seconds_bucket[5m]))) > 1',
    /the label le/,
  ],
  ['sides that never match', 'sum by (tenant) (ledger_entries) / sum(up) > 1', /sides that match/],
  [
    'a match on a label one side has not',
    'sum by (tenant) (ledger_entries) > on (tenant) sum(up)',
    /a label to match on both sides/,
  ],
  ['a function the lint does not know', 'deriv(pg_up[5m]) > 0', /a function the lint knows, found deriv/],
  ['a subquery', 'max_over_time(sum(up)[5m:1m]) > 0', /a function the lint knows/],
  [
    'a label copied from nowhere',
    'max by (service) (label_replace(up, "service", "$1", "target", "(.+)")) > 0',
    /a label to copy.*target/,
  ],
]

describe('the lint of rules', () => {
  it('finds nothing in a good rule, though it looks at it', () => {
    expect(lint(good, count)).to.deep.equal({ faults: [], rules: 2, selectors: 2 })
  })

  it('finds nothing in the generated rules, and looked at hundreds of selectors', () => {
    const report = lintRules(files)
    expect(report.faults).to.deep.equal([])
    expect(report.rules).to.be.above(200)
    expect(report.selectors).to.be.above(500)
  })

  for (const [what, text, found] of plants) {
    it(`refuses ${what}`, () => {
      expect(
        expr(text).some((fault) => found.test(fault)),
        expr(text).join('; '),
      ).to.equal(true)
    })
  }

  it('refuses an absence that waits less than two scrapes', () => {
    const changed = { expr: 'absent(up) == 1', annotations }
    expect(alert({ ...changed, forSeconds: 10 })).to.deep.equal([
      'for of two scrapes with absent, found 10 s',
    ])
    expect(alert({ ...changed, forSeconds: 20 })).to.deep.equal([])
  })

  it('refuses words that show a label the alert has not', () => {
    expect(alert({ expr: 'max(up) == 0' })).to.deep.equal(['the label service, which its words show'])
  })

  it('refuses another severity or area than the catalogue has', () => {
    expect(alert({ labels: { severity: 'warning', area: 'availability' } })).to.have.length(1)
    expect(alert({ labels: { severity: 'critical', area: 'capacity' } })).to.have.length(1)
  })

  it('refuses an alert without one of its five annotations', () => {
    for (const key of Object.keys(annotations)) {
      expect(alert({ annotations: { ...good.annotations, [key]: '' } }), key).to.deep.equal([
        `the annotation ${key}`,
      ])
    }
  })

  it('refuses a recording with other labels than the contract declares', () => {
    expect(faultsOf({ ...count, labels: {} })).to.have.length(1)
    expect(faultsOf({ ...count, expr: 'sum by (tenant) (ledger_entries)' })).to.have.length(1)
    expect(faultsOf({ ...count, expr: '1' })[0]).to.equal('series, found a number')
  })

  it('refuses two rules that write the same series or cannot be told apart', () => {
    expect(faultsOf(good, good)).to.deep.equal(['one rule of this name and labels'])
    expect(faultsOf(count, count)).to.deep.equal(['one rule of this name and labels'])
    expect(faultsOf(count, { ...count, labels: { slo: 'b' } })).to.deep.equal([])
  })

  it('refuses a burn rate no traffic can reach, and one without an objective', () => {
    const burn = (factor: number) => ({
      ...good,
      expr: `slo:burn_rate:ratio1h{slo="a"} > ${factor}`,
      labels: { severity: 'critical', area: 'availability', slo: 'a' },
      annotations,
    })
    const objective: RecordingRule = {
      record: 'slo:objective:ratio',
      expr: 'vector(0.95)',
      labels: { service: 'users', slo: 'a' },
    }
    expect(faultsOf(objective, burn(14.4))).to.deep.equal([])
    expect(faultsOf(objective, burn(20.1))).to.deep.equal(['a burn rate of at most 20, found 20.1'])
    expect(faultsOf(burn(14.4))).to.deep.equal(['an objective for its burn rates'])
  })

  it('allows a shorter absence where time is scaled', () => {
    const rule = { ...good, expr: 'absent(up) == 1', forSeconds: 2, annotations }
    const planted = [{ name: 'planted', groups: [{ name: 'planted', intervalSeconds: 1, rules: [rule] }] }]
    expect(lintRules(planted, 10).faults).to.deep.equal([])
    expect(lintRules(planted).faults).to.have.length(1)
  })
})
