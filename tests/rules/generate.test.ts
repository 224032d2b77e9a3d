import { expect } from 'chai'
import { alerts } from '../../contracts/alerts.ts'
import { recordedSeries } from '../../contracts/recorded-series.ts'
import { areas } from '../../rules/alerts/areas.ts'
import { ruleFiles } from '../../rules/generate.ts'
import { lintRules } from '../../rules/lint/lint-rules.ts'
import { childrenOf, descendants, parseExpression, textOf } from '../../rules/lint/syntax.ts'
import { alertsOf, isAlert, type AlertingRule } from '../../rules/model.ts'
import { scrapeSeconds, timing } from '../../rules/promql/timing.ts'
import { consoleUrl, files, slos, tests } from './generated.ts'

const kinds = ['below', 'boundary', 'not-yet', 'fires', 'resolves', 'absent'] as const
const rules = alertsOf(files)
const unique = (names: readonly string[]) => [...new Set(names)].toSorted()

/** What tells an alert of a name from another: its fixed labels. */
function subjectOf({ alert, labels }: AlertingRule): string {
  const of = labels['slo'] ?? (alert === 'SloSignalAbsent' ? labels['service'] : undefined)
  return of === undefined ? alert : `${alert}-${of}`
}

describe('the generated rules', () => {
  it(`have every alert of the catalogue and no other (${Object.keys(alerts).length})`, () => {
    expect(unique(rules.map(({ alert }) => alert))).to.deep.equal(Object.keys(alerts).toSorted())
  })

  it('write every recorded series of the contract and no other', () => {
    const records = files
      .flatMap(({ groups }) => groups.flatMap((group) => group.rules))
      .flatMap((rule) => (isAlert(rule) ? [] : [rule.record]))
    expect(unique(records)).to.deep.equal(Object.keys(recordedSeries).toSorted())
  })

  it('do not grow with the number of tenants', () => {
    const count = files.flatMap(({ groups }) => groups.flatMap((group) => group.rules)).length
    const services = new Set(slos.map(({ service }) => service)).size
    expect(count).to.equal(Object.values(areas).flat().length + slos.length * 20 + services)
  })

  it('have a file and groups of their own names', () => {
    const names = files.map(({ name }) => name)
    expect(unique(names)).to.have.length(names.length)
    const groups = files.flatMap((file) => file.groups.map(({ name }) => name))
    expect(unique(groups)).to.have.length(groups.length)
  })

  it('evaluate nothing more seldom than the lookback of five minutes', () => {
    for (const { name, intervalSeconds } of files.flatMap(({ groups }) => groups)) {
      expect(intervalSeconds, name).to.be.within(scrapeSeconds, 300)
    }
  })

  it('read three days only in groups that are evaluated every two minutes or more seldom', () => {
    for (const { intervalSeconds, rules: inGroup } of files.flatMap(({ groups }) => groups)) {
      if (inGroup.some(({ expr }) => expr.includes('sum_over_time') && expr.includes('[259199999ms]')))
        expect(intervalSeconds).to.be.at.least(120)
    }
  })

  it('wait for nothing where the book or the fence is concerned', () => {
    for (const { alert, forSeconds, labels } of rules) {
      if (['integrity', 'privacy'].includes(labels['area'] ?? '') && alert !== 'RedactionSurge')
        expect(forSeconds, alert).to.equal(0)
    }
  })

  it('say in at most 200 characters what happened, whatever the tenant is called', () => {
    for (const { alert, annotations } of rules) {
      const longest = (annotations['summary'] ?? '').replaceAll(/\{\{.*?\}\}/g, 'x'.repeat(40))
      expect(longest.length, alert).to.be.at.most(200)
    }
  })
})

describe('the generated tests', () => {
  it('have names of their own, which begin with their alert', () => {
    expect(unique(tests.map(({ name }) => name))).to.have.length(tests.length)
    for (const { name, alert } of tests) expect(name.startsWith(alert), name).to.equal(true)
  })

  it(`name every one of the ${rules.length} generated alerts, in every kind of case`, () => {
    const missing = rules
      .filter(({ alert }) => alert !== 'Watchdog')
      .flatMap((rule) =>
        kinds
          .filter((kind) => !hasBoundaryless(rule, kind))
          .filter((kind) => !tests.some(({ name }) => isCase(name, subjectOf(rule), kind)))
          .map((kind) => `${subjectOf(rule)} ${kind}`),
      )
    expect(missing).to.deep.equal([])
    expect(tests.filter(({ alert }) => alert === 'Watchdog')).to.have.length(1)
  })

  it('show for every alert by tenant or service that the other one is silent', () => {
    const grouped = rules.filter(({ annotations, labels }) =>
      ['tenant', 'service'].some(
        (label) => (annotations['summary'] ?? '').includes(`$labels.${label}`) && !(label in labels),
      ),
    )
    expect(grouped.length).to.be.above(20)
    for (const rule of grouped) {
      const found = tests.some(({ name }) => isCase(name, subjectOf(rule), 'other-silent'))
      expect(found, subjectOf(rule)).to.equal(true)
    }
  })

  it('have the nights, the days and the outage on which burn alerts are known to go wrong', () => {
    const campus = tests.filter(({ name }) => name.includes('-campus-')).map(({ name }) => name)
    expect(campus).to.deep.equal([
      'SloFastBurn-campus-idle-night',
      'SloFastBurn-campus-one-in-forty',
      'SloSignalAbsent-campus-outage',
      'SloFastBurn-campus-unseen-error',
      'SloFastBurn-campus-whole-day',
      'SloFastBurn-campus-night-failure',
    ])
  })

  it('say of every service with an objective when its silence pages and when it does not', () => {
    const kindsOf = (service: string) =>
      tests
        .filter(({ name }) => name.startsWith(`SloSignalAbsent-${service}-`))
        .map(({ name }) => name.replace(`SloSignalAbsent-${service}-`, ''))
    for (const service of new Set(slos.map((slo) => slo.service))) {
      expect(kindsOf(service), service).to.deep.equal([
        'heard',
        'not-yet',
        'fires',
        'resolves',
        'unmeasured',
        'absent',
        'forgotten',
      ])
    }
  })

  it('expect every label and every annotation where an alert fires', () => {
    const firing = tests.flatMap(({ alerts: checks }) => checks.flatMap((check) => check.firing))
    expect(firing.length).to.be.above(60)
    for (const { labels, annotations } of firing) {
      expect(labels).to.include.keys('severity', 'area')
      expect(Object.keys(annotations)).to.have.length(5)
      expect(Object.values(annotations).join(' ')).to.not.match(/\{\{|undefined|NaN/)
    }
  })
})

/** A service is heard or it is not: there is no threshold. */
function hasBoundaryless({ alert }: AlertingRule, kind: string): boolean {
  return alert === 'SloSignalAbsent' && ['below', 'boundary'].includes(kind)
}

function isCase(name: string, subject: string, kind: string): boolean {
  return name === `${subject}-${kind}` || (name.startsWith(`${subject}-`) && name.endsWith(`h-${kind}`))
}

describe('a scale of time', () => {
  const fast = ruleFiles(slos, { consoleUrl, timing: timing(600) })

  it('leaves no duration below a second, and none that was 0 above it', () => {
    const scaled = alertsOf(fast)
    expect(scaled).to.have.length(rules.length)
    scaled.forEach(({ alert, forSeconds }, at) => {
      if (rules[at]?.forSeconds === 0) expect(forSeconds, alert).to.equal(0)
      else expect(forSeconds, alert).to.be.at.least(1)
    })
    for (const { intervalSeconds } of fast.flatMap(({ groups }) => groups)) {
      expect(intervalSeconds).to.be.at.least(1)
    }
  })

  it('leaves rules the lint finds in order', () => {
    for (const scale of [1.5, 7, 30, 60, 600]) {
      const scaled = ruleFiles(slos, { consoleUrl, timing: timing(scale) })
      expect(lintRules(scaled, scale).faults, String(scale)).to.deep.equal([])
    }
  })

  it('never touches a threshold', () => {
    alertsOf(fast).forEach(({ alert, expr }, at) => {
      expect(thresholdsIn(expr), alert).to.deep.equal(thresholdsIn(rules[at]?.expr ?? ''))
    })
  })
})

/** Numbers that series are compared with, but for the age of a process, which is a window. */
function thresholdsIn(expr: string): string[] {
  const expression = parseExpression(expr)
  return descendants(expression.tree.topNode, 'BinaryExpr').flatMap((node) => {
    const [left, operator, right] = childrenOf(node)
    const isComparison = ['Gtr', 'Gte', 'Lss', 'Lte', 'Eql'].includes(operator?.name ?? '')
    if (!isComparison || left === undefined || right?.name !== 'NumberDurationLiteral') return []
    return textOf(expression, left).includes('process_start_time_seconds') ? [] : [textOf(expression, right)]
  })
}
