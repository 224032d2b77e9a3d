import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { isKnownUnit } from '../../console/charts/units.ts'
import { recordedSeries } from '../../contracts/recorded-series.ts'
import { catalogue } from '../../dashboards/catalogue.ts'
import { interpolate } from '../../dashboards/lint/interpolate.ts'
import { readExpression } from '../../dashboards/lint/promql.ts'
import { units } from '../../dashboards/model.ts'

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly record?: string; readonly alert?: string }[]
  }[]
}

const root = join(import.meta.dirname, '../..')

const rules = globSync('compose/generated/rules/*.yaml', { cwd: root })
  .map((path) => parse(readFileSync(join(root, path), 'utf8')) as RuleFile)
  .flatMap(({ groups }) => groups.flatMap((group) => group.rules))

const selectors = catalogue
  .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
  .flatMap((panel) => (panel.kind === 'logs' ? [] : panel.queries))
  .flatMap(({ expr }) => readExpression(interpolate(expr)).selectors)

describe('what the dashboards take from other rooms', () => {
  it('is recorded by the committed rules', () => {
    const recorded = rules.flatMap(({ record }) => (record === undefined ? [] : [record]))
    const asked = selectors.map(({ metric }) => metric).filter((metric) => metric in recordedSeries)
    expect(asked).to.not.deep.equal([])
    expect(recorded).to.include.members(asked)
  })

  it('is an alert of the committed rules', () => {
    const alerts = rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert]))
    const asked = selectors
      .filter(({ metric }) => metric === 'ALERTS')
      .flatMap(({ matchers }) => matchers.get('alertname')?.value.split('|') ?? [])
    expect(asked).to.not.deep.equal([])
    expect(alerts).to.include.members(asked)
  })

  it('is a unit the console has words for', () => {
    expect(units.filter((unit) => !isKnownUnit(unit))).to.deep.equal([])
  })
})
