import { expect } from 'chai'
import { killDrill } from './kill-drill.ts'

describe('a process with a spool that is killed hundreds of times', function () {
  this.timeout(3_600_000)

  it('loses nothing it acknowledged, and delivers each event once and in order', async () => {
    const { acknowledged } = await killDrill(500, Math.floor(Math.random() * 2 ** 31))
    expect(acknowledged).to.be.above(10_000)
  })
})
