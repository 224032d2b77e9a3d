import { expect } from 'chai'
import { killDrill } from './kill-drill.ts'

describe('a process with a spool that is killed', function () {
  this.timeout(240_000)

  it('loses nothing it acknowledged, and delivers each event once and in order', async () => {
    const { acknowledged, delivered } = await killDrill(15, 20_261_121)
    expect(acknowledged).to.be.above(300)
    expect(delivered).to.be.at.least(acknowledged)
  })
})
