/** Every alert has its runbook, and what it says of the alert is what the house does. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { alerts, watchdogMissing, type AlertSpec } from '../../contracts/alerts.ts'
import { dashboards } from '../../contracts/dashboards.ts'
import { ports } from '../../contracts/ports.ts'
import { samples as panelSamples } from '../../dashboards/promql/samples.ts'
import { drills } from '../../drills/catalogue.ts'
import { ruleFiles } from '../../rules/generate.ts'
import { descendants, parseExpression, syntaxErrorAt, textOf } from '../../rules/lint/syntax.ts'
import { loadSlos } from '../../rules/load/load-slos.ts'
import { isAlert, type AlertingRule } from '../../rules/model.ts'
import { samples as ruleSamples } from '../../rules/promql/samples.ts'
import { timing } from '../../rules/promql/timing.ts'
import {
  commandsOf,
  queriesOf,
  readRunbook,
  readRunbooks,
  runbookNames,
  type Runbook,
} from './runbook-files.ts'

const root = join(import.meta.dirname, '../..')
const sections = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation']
const runbooks = readRunbooks()
const specs: Readonly<Record<string, AlertSpec>> = alerts
const rules = ruleFiles(loadSlos(join(root, 'rules/slos')), {
  consoleUrl: 'http://127.0.0.1:5002',
  timing: timing(1),
})
  .flatMap(({ groups }) => groups.flatMap((group) => group.rules))
  .filter((rule): rule is AlertingRule => isAlert(rule))

const rulesOf = (name: string) => rules.filter(({ alert }) => alert === name)
const squeezed = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

/** The sentence under the title, as the catalogue and the rule have it. */
function headOf(name: string): string {
  // What no rule fires pages like the gravest of those about the watchers.
  const { severity, area, dashboard } = specs[name] ?? alerts.HeartbeatDown
  const pages = { critical: 'pages', warning: 'is a ticket', none: 'is told to the heartbeat only' }[severity]
  const [rule] = rulesOf(name)
  const when = rule === undefined ? 'sent by the heartbeat itself' : waitOf(rule.forSeconds)
  return `Severity \`${severity}\` (${pages}), area ${area}, ${when}, dashboard [${dashboard}](/dashboards/${dashboard}).`
}

function waitOf(seconds: number): string {
  if (seconds === 0) return 'fires at once'
  return `held for ${seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`}`
}

/** What is wrong with a query: its syntax, a series nobody has, a label that series lacks. */
function faultsOf(query: string): string[] {
  const expression = parseExpression(query)
  const errorAt = syntaxErrorAt(expression)
  if (errorAt !== undefined) return [`no PromQL from ${query.slice(errorAt, errorAt + 30)}`]
  const selectors = descendants(expression.tree.topNode, 'VectorSelector')
  if (selectors.length === 0 && query.trim() !== 'vector(1)') return ['no series asked for']
  return selectors.flatMap((selector) => {
    const [identifier] = descendants(selector, 'Identifier')
    const name = identifier === undefined ? '' : textOf(expression, identifier)
    const known = [ruleSamples.get(name), panelSamples.get(name)].flatMap((sample) => sample ?? [])
    if (known.length === 0) return [`no metric ${name}`]
    const labels = descendants(selector, 'LabelName').map((label) => textOf(expression, label))
    return labels
      .filter((label) => !known.some((sample) => sample.labels.has(label)))
      .map((label) => `no label ${label} of ${name}`)
  })
}

const everywhere = [...runbooks, readRunbook('README')]
const found = <T>(inspect: (runbook: Runbook) => readonly T[]) =>
  everywhere.flatMap((runbook) => inspect(runbook).map((fault) => `${runbook.name}: ${String(fault)}`))

describe('the runbooks', () => {
  it(`are one for each of the ${Object.keys(alerts).length} alerts, one for the heartbeat’s own, and their index`, () => {
    const expected = [...Object.keys(alerts), watchdogMissing, 'README'].sort()
    expect(runbookNames()).to.deep.equal(expected)
    expect(runbooks).to.have.lengthOf(Object.keys(alerts).length + 1)
  })

  for (const { name, title, sections: headings, head, words, fences } of runbooks) {
    describe(name, () => {
      it('has its name, severity, area, wait and dashboard on top', () => {
        expect(title).to.equal(name)
        expect(head).to.equal(headOf(name))
      })

      it('says meaning, impact, diagnosis, mitigation and escalation, each in more than a word', () => {
        expect(headings).to.deep.equal(sections)
        for (const section of sections) expect(words.get(section)?.length, section).to.be.greaterThan(40)
      })

      it('shows the rule as it fires, so that its thresholds are true', () => {
        const own = rulesOf(name).map(({ expr }) => squeezed(expr))
        if (name === watchdogMissing) {
          expect(own).to.deep.equal([])
          return
        }
        const [shown] = queriesOf({ fences }).filter(({ section }) => section === 'Meaning')
        expect(own).to.include(squeezed(shown?.text ?? ''))
      })

      it('asks live questions to diagnose it', () => {
        const asked = queriesOf({ fences }).filter(({ section }) => section === 'Diagnosis')
        expect(asked).not.to.have.lengthOf(0)
      })
    })
  }

  it('ask in PromQL for series and labels that exist', () => {
    const queries = runbooks.flatMap((runbook) => queriesOf(runbook))
    expect(queries.length).to.be.greaterThan(150)
    expect(found((runbook) => queriesOf(runbook).flatMap(({ text }) => faultsOf(text)))).to.deep.equal([])
  })

  it('finds a query that is broken, asks for nothing, or for what nobody has', () => {
    expect(faultsOf('sum(up')).not.to.deep.equal([])
    expect(faultsOf('1 + 1')).to.deep.equal(['no series asked for'])
    expect(faultsOf('rate(requests_total[5m])')).to.deep.equal(['no metric requests_total'])
    expect(faultsOf('up{tenant="a"}')).to.deep.equal(['no label tenant of up'])
  })

  it('lead to runbooks and dashboards that exist', () => {
    const names = new Set(runbooks.map(({ name }) => name))
    const uids = new Set(Object.keys(dashboards))
    const lost = (link: string) => {
      const [, kind, name = ''] = /^\/(runbooks|dashboards)\/([^?]+)/.exec(link) ?? []
      if (kind === 'runbooks') return !names.has(name)
      if (kind === 'dashboards') return !uids.has(name)
      return !link.startsWith('/') && !names.has(link.replace(/\.md$/, ''))
    }
    expect(found(({ links }) => links.filter(lost))).to.deep.equal([])
  })

  it('name files of this checkout and ports of this house', () => {
    const folders =
      /^(app|audit|collector|compliance|compose|console|contracts|docs|lib|privacy|rules|sdk|tests)\//
    const missing = ({ codeSpans }: Runbook) =>
      codeSpans.filter((span) => folders.test(span) && !existsSync(join(root, span)))
    expect(found(missing)).to.deep.equal([])
    const known = new Set<string>(Object.values(ports).map(String))
    const strange = ({ codeSpans, fences }: Runbook) =>
      [...codeSpans, ...fences.map(({ text }) => text)]
        .flatMap((text) => [...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port = '']) => port))
        .filter((port) => !known.has(port))
    expect(found(strange)).to.deep.equal([])
  })

  it('name the drills that rehearse the alert, and no others', () => {
    const named = runbooks.flatMap((runbook) =>
      commandsOf(runbook).flatMap(({ words: [command, word, drill = ''] }) =>
        command === 'drill' && word === 'run' ? [`${drill} of ${runbook.name}`] : [],
      ),
    )
    const expected = drills.flatMap(({ name, expects }) => expects.map((alert) => `${name} of ${alert}`))
    expect(named).to.have.members(expected)
  })

  it('stand in the index with their severity and area', () => {
    const lines = (readRunbook('README').words.get('Index') ?? '').split('\n').map(squeezed)
    for (const { name } of runbooks) {
      const { severity, area } = specs[name] ?? alerts.HeartbeatDown
      const row = `| [${name}](${name}.md) | ${severity} | ${area} |`
      expect(
        lines.some((line) => line.startsWith(row)),
        row,
      ).to.equal(true)
    }
  })
})
