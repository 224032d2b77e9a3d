import { expect } from 'chai'
import { arcPath, shareOf, thresholdArcs } from '../../../console/charts/gauge-shape.ts'
import { servicesIn } from '../../../console/charts/log-selector.ts'
import { sparkPaths } from '../../../console/charts/sparkline.ts'

describe('the shapes of figures', () => {
  it('fill a gauge between its bounds, never beyond', () => {
    const bounds = { min: 0, max: 200 }
    expect([-5, 50, 500].map((value) => shareOf(value, bounds))).to.deep.equal([0, 0.25, 1])
    expect(shareOf(1, { min: 1, max: 1 })).to.equal(0)
  })

  it('draw a half ring from left to right', () => {
    expect(arcPath({ x: 100, y: 100 }, 50, [0, 1])).to.equal('M50 100A50 50 0 0 1 150 100')
    expect(arcPath({ x: 100, y: 100 }, 50, [0, 0.5])).to.equal('M50 100A50 50 0 0 1 100 50')
  })

  it('show only thresholds within the bounds', () => {
    const arcs = thresholdArcs(
      [
        { from: -Infinity, tone: 'green' },
        { from: 50, tone: 'orange' },
        { from: 300, tone: 'red' },
      ],
      { min: 0, max: 100 },
    )
    expect(arcs).to.deep.equal([
      { from: 0, to: 0.5, tone: 'green' },
      { from: 0.5, to: 1, tone: 'orange' },
    ])
  })

  it('part a small line at its gaps', () => {
    const { line, area } = sparkPaths([0, 1, null, 2, 1], { width: 40, height: 20 })
    expect(line).to.equal('M0 20L10 10M30 0L40 10')
    expect(area).to.equal('M0 20L0 20L10 10L10 20ZM30 20L30 0L40 10L40 20Z')
  })

  it('lay a line of nothing on the ground, and draw none of one figure', () => {
    expect(sparkPaths([0, 0], { width: 10, height: 5 }).line).to.equal('M0 5L10 5')
    expect(sparkPaths([3, null], { width: 10, height: 5 }).line).to.equal('')
  })
})

describe('the selector of a logs panel', () => {
  it('names services, one or several', () => {
    expect(servicesIn('{service_name=~"gateway"}')).to.deep.equal(['gateway'])
    expect(servicesIn('{service_name=~"(users|booking)"}')).to.deep.equal(['users', 'booking'])
    expect(servicesIn('{service="portal"}')).to.deep.equal(['portal'])
  })

  it('is all of them where it is a pattern, or says nothing of services', () => {
    expect(servicesIn('{service_name=~".+"}')).to.equal(undefined)
    expect(servicesIn('{job="x"}')).to.equal(undefined)
  })
})
