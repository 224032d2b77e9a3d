import { expect } from 'chai'
import { catalogue } from '../../../dashboards/catalogue.ts'
import { lint } from '../../../dashboards/lint/lint.ts'
import { ruleNames } from '../../../dashboards/lint/rules.ts'
import { renderClassic, type ClassicDashboard } from '../../../dashboards/render/classic.ts'
import { plants, type Draft } from './plants.ts'

const rendered = catalogue.map(renderClassic)

/** A copy that may be damaged; `renderClassic` gives plain JSON. */
function draftOf(dashboard: ClassicDashboard): Draft {
  return JSON.parse(JSON.stringify(dashboard)) as Draft
}

function damage(plant: (draft: Draft) => void): readonly string[] {
  const [first, ...others] = rendered
  if (first === undefined) throw new Error('no dashboards')
  const draft = draftOf(first)
  plant(draft)
  // The draft is a dashboard with one fault: that the lint stands it is what is tested.
  return lint([draft as unknown as ClassicDashboard, ...others]).faults.map(({ rule }) => rule)
}

describe('the lint of dashboards', () => {
  it('finds nothing in what is generated, having looked at all of it', () => {
    const report = lint(rendered)
    expect(report.faults).to.deep.equal([])
    expect(report.looked.dashboards).to.equal(6)
    expect(report.looked.panels).to.be.greaterThan(120)
    expect(report.looked.queries).to.be.greaterThan(report.looked.panels)
    expect(report.looked.rules).to.equal(ruleNames.length)
  })

  it('has a planted fault for every rule', () => {
    expect(plants.map(({ rule }) => rule)).to.include.members(ruleNames)
  })

  for (const { rule, what, plant } of plants) {
    it(`finds by ${rule} ${what}`, () => {
      expect(damage(plant)).to.include(rule)
    })
  }

  it('finds two dashboards with one uid', () => {
    const faults = lint([...rendered, ...rendered.slice(0, 1)]).faults
    expect(faults.map(({ rule }) => rule)).to.deep.equal(['dashboard-uid'])
  })

  it('finds an exclusion that nothing needs', () => {
    const needless = {
      rule: 'target-promql',
      dashboard: 'campanile-slo',
      panel: 'Nothing',
      reason: 'planted',
    } as const
    const faults = lint([], [needless]).faults
    expect(faults.map(({ rule }) => rule)).to.deep.equal(['exclusion-needed'])
  })
})
