import { expect } from 'chai'
import { placeRows, withRefIds } from '../../../dashboards/render/layout.ts'
import type { Dashboard, Panel } from '../../../dashboards/model.ts'

const panel = (title: string, width: number, height = 8): Panel => ({
  kind: 'timeseries',
  title,
  description: 'A panel of the test.',
  unit: 'short',
  width,
  height,
  queries: [],
})

const dashboard = (...rows: readonly (readonly Panel[])[]): Dashboard => ({
  uid: 'campanile-application',
  description: 'A dashboard of the test.',
  tags: [],
  logs: false,
  variables: [],
  rows: rows.map((panels, at) => ({ title: `Row ${at}`, panels })),
})

const idsOf = (...panels: readonly Panel[]) =>
  new Map(
    placeRows(dashboard(panels)).flatMap((row) => row.panels.map(({ id, panel: { title } }) => [title, id])),
  )

describe('the layout of a dashboard', () => {
  it('fills lines of 24 columns and goes on below the highest panel', () => {
    const [row] = placeRows(dashboard([panel('a', 12, 4), panel('b', 12, 6), panel('c', 8)]))
    expect(row?.panels.map(({ place }) => place)).to.deep.equal([
      { x: 0, y: 1, w: 12, h: 4 },
      { x: 12, y: 1, w: 12, h: 6 },
      { x: 0, y: 7, w: 8, h: 8 },
    ])
  })

  it('begins a row below the panels of the one before', () => {
    const rows = placeRows(dashboard([panel('a', 24, 4)], [panel('b', 24)]))
    expect(rows.map(({ place }) => place.y)).to.deep.equal([0, 5])
    expect(rows[1]?.panels[0]?.place.y).to.equal(6)
  })

  it('keeps the id of a panel when another is put before it', () => {
    const before = idsOf(panel('Requests', 8))
    const after = idsOf(panel('New', 8), panel('Requests', 8))
    expect(after.get('Requests')).to.equal(before.get('Requests'))
    expect(after.get('New')).to.not.equal(after.get('Requests'))
  })

  it('names queries by letters in their order', () => {
    const queries = ['x', 'y', 'z'].map((expr) => ({ expr, legend: '' }))
    expect(withRefIds(queries).map(({ refId }) => refId)).to.deep.equal(['A', 'B', 'C'])
  })
})
