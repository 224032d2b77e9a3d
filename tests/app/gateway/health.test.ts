import { expect } from 'chai'
import { keepHealth } from '../../../app/gateway/health.ts'

describe('the health of the gateway', () => {
  it('is asked of the database once a second, however many want to know', async () => {
    let now = 0
    let asked = 0
    const answers = [undefined, 'the database does not answer']
    const health = keepHealth(
      async () => answers[asked++],
      () => now,
    )
    expect(await Promise.all([health(), health(), health()])).to.deep.equal([undefined, undefined, undefined])
    now = 999
    expect(await health()).to.equal(undefined)
    expect(asked).to.equal(1)
    now = 1_000
    expect(await health()).to.equal('the database does not answer')
    expect(asked).to.equal(2)
  })

  it('is asked again when the clock was set back', async () => {
    let now = 10_000
    let asked = 0
    const health = keepHealth(
      async () => void asked++,
      () => now,
    )
    await health()
    now = 0
    await health()
    expect(asked).to.equal(2)
  })
})
