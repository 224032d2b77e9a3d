import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { isAlert, type AlertingRule, type RuleFile } from '../../../rules/model.ts'
import { ruleYaml, testYaml } from '../../../rules/write/yaml.ts'
import { files, tests } from '../generated.ts'
import { mutants, mutated, mutations, type Mutant } from './mutants.ts'
import { promtool, successes } from './promtool.ts'

/** Of the alerts that exist once for each objective, those of this one are mutated. */
const only = 'slo-gateway-availability'

const all = mutants()

describe('mutants of generated rules', function () {
  this.timeout(600_000)
  let root: string
  before(() => (root = mkdtempSync(join(tmpdir(), 'campanile-mutants-'))))
  after(() => rmSync(root, { recursive: true }))

  /** Writes the tests of an alert beside its file, with the rule as `change` makes it, and runs them. */
  const tryOut = async (alert: string, name: string, change: (rule: AlertingRule) => AlertingRule) => {
    const folder = join(root, name)
    for (const part of ['rules', 'tests']) mkdirSync(join(folder, part), { recursive: true })
    const file = fileOf(alert)
    const written = { ...file, groups: groupsFor(alert, change) }
    writeFileSync(join(folder, 'rules', `${file.name}.yaml`), ruleYaml(written))
    const own = testsOf(alert, file.name)
    for (const test of own)
      writeFileSync(join(folder, 'tests', `${test.name}.yaml`), testYaml(test, '../rules'))
    return promtool(join(folder, 'tests'), ['test', 'rules', ...own.map((test) => `${test.name}.yaml`)])
  }

  it('are of five alerts, in every way a rule can be wrong', () => {
    expect(mutated).to.have.length(5)
    for (const alert of mutated) {
      for (const mutation of mutations) {
        const found = all.some((mutant) => mutant.alert === alert && mutant.mutation === mutation)
        expect(found, `${alert} ${mutation}`).to.equal(true)
      }
    }
  })

  for (const alert of mutated) {
    const own = all.filter((mutant) => mutant.alert === alert)
    it(`are all ${own.length} noticed by the tests of ${alert}, which pass without them`, async () => {
      const rule = ruleOf(alert)
      const sound = await tryOut(alert, `${alert}-sound`, (same) => same)
      expect(sound.code, sound.output).to.equal(0)
      expect(successes(sound)).to.equal(testsOf(alert, fileOf(alert).name).length)
      const survivors: string[] = []
      const judge = async (mutant: Mutant, at: number) => {
        expect(mutant.mutate(rule), mutant.what).to.not.deep.equal(rule)
        const { code, output } = await tryOut(alert, `${alert}-${at}`, mutant.mutate)
        // Refused outright would be no proof: the tests must have run and failed.
        if (code !== 1 || !output.includes('FAILED')) survivors.push(`${mutant.mutation}: ${mutant.what}`)
        if (/could not parse|parse error/.test(output)) survivors.push(`broken: ${mutant.what}`)
      }
      const halves = [0, 1].map(async (half) => {
        for (const [at, mutant] of own.entries()) if (at % 2 === half) await judge(mutant, at)
      })
      await Promise.all(halves)
      expect(survivors).to.deep.equal([])
    })
  }
})

/** The groups of an alert's file without the other alerts and what nothing of it rests on: that only takes time. */
function groupsFor(alert: string, change: (rule: AlertingRule) => AlertingRule): RuleFile['groups'] {
  const groups = fileOf(alert).groups.filter(({ name }) => !/-(tiles|budget)$/.test(name))
  return groups.map((group) => ({
    ...group,
    rules: group.rules
      .filter((rule) => !isAlert(rule) || rule.alert === alert)
      .map((rule) => (isAlert(rule) ? change(rule) : rule)),
  }))
}

function fileOf(alert: string): RuleFile {
  const holding = files.filter(({ groups }) =>
    groups.some(({ rules }) => rules.some((rule) => isAlert(rule) && rule.alert === alert)),
  )
  const found = holding.length === 1 ? holding[0] : holding.find(({ name }) => name === only)
  if (found === undefined) throw new Error(`no file of ${alert}`)
  return found
}

function ruleOf(alert: string): AlertingRule {
  const rules = fileOf(alert).groups.flatMap((group) => group.rules)
  const found = rules.filter(isAlert).find((rule) => rule.alert === alert)
  if (found === undefined) throw new Error(`no rule of ${alert}`)
  return found
}

function testsOf(alert: string, file: string) {
  return tests.filter(
    (test) =>
      test.alert === alert &&
      test.rules.length === 1 &&
      test.rules[0] === file &&
      !test.name.includes('campus'),
  )
}
