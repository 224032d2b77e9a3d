import { expect } from 'chai'
import { dashboards } from '../../../contracts/dashboards.ts'
import { catalogue } from '../../../dashboards/catalogue.ts'
import { viewOf, showsData } from '../../../dashboards/lint/view.ts'
import { renderClassic } from '../../../dashboards/render/classic.ts'
import { renderV2, type DashboardResource } from '../../../dashboards/render/v2.ts'
import { renderFiles } from '../../../dashboards/write/files.ts'
import { containerUrls } from '../../../dashboards/write/provisioning.ts'

interface Element {
  readonly spec: {
    readonly id: number
    readonly title: string
    readonly description: string
    readonly data: {
      readonly spec: {
        readonly queries: readonly {
          readonly spec: {
            readonly refId: string
            readonly query: { readonly spec: { readonly expr: string } }
          }
        }[]
      }
    }
    readonly vizConfig: {
      readonly group: string
      readonly spec: { readonly fieldConfig: { readonly defaults: { readonly unit?: string } } }
    }
  }
}

/** What a v2 dashboard shows, in the words of the lint's view. */
function shownBy({ spec }: DashboardResource) {
  // Every element we write is a panel.
  const elements = Object.values(spec.elements) as unknown as readonly Element[]
  return elements.map(({ spec: { id, title, description, data, vizConfig } }) => ({
    id,
    title,
    description,
    type: vizConfig.group,
    unit: vizConfig.spec.fieldConfig.defaults.unit ?? '',
    queries: data.spec.queries.map(({ spec: query }) => [query.refId, query.query.spec.expr]),
  }))
}

describe('the two formats of a dashboard', () => {
  it('holds a dashboard for every uid of the contract', () => {
    expect(catalogue.map(({ uid }) => uid)).to.have.members(Object.keys(dashboards))
  })

  for (const dashboard of catalogue) {
    it(`says the same of ${dashboard.uid} in both`, () => {
      const classic = viewOf(renderClassic(dashboard))
        .panels.filter(showsData)
        .map(({ id, title, description, type, unit, targets }) => {
          return {
            id,
            title,
            description,
            type,
            unit,
            queries: targets.map(({ refId, expr }) => [refId, expr]),
          }
        })
      expect(shownBy(renderV2(dashboard))).to.deep.equal(classic)
    })

    it(`gives ${dashboard.uid} the same variables and marks in both`, () => {
      const classic = renderClassic(dashboard)
      const { spec } = renderV2(dashboard)
      expect(spec.variables.map((variable) => variable.spec.name)).to.deep.equal(
        classic.templating.list.map(({ name }) => name),
      )
      expect(spec.annotations.map((annotation) => annotation.spec.name)).to.deep.equal(
        classic.annotations.list.map(({ name }) => name),
      )
    })
  }

  it('writes the same bytes twice', () => {
    expect([...renderFiles(containerUrls)]).to.deep.equal([...renderFiles(containerUrls)])
  })
})
