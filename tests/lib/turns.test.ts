import { expect } from 'chai'
import { Turns } from '../../lib/turns.ts'

describe('turns', () => {
  it('has work wait for what was given before it', async () => {
    const turns = new Turns()
    const seen: string[] = []
    const work = (name: string) => async () => {
      seen.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(`${name} ends`)
      return name
    }
    expect(await Promise.all([turns.take(work('a')), turns.take(work('b'))])).to.deep.equal(['a', 'b'])
    expect(seen).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('goes on after work that failed, whose caller alone is told', async () => {
    const turns = new Turns()
    const failing = turns.take(() => Promise.reject(new Error('broken')))
    const next = turns.take(() => Promise.resolve('next'))
    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: broken')
    expect(await next).to.equal('next')
  })

  it('tells when everything given so far has ended', async () => {
    const turns = new Turns()
    let isDone = false
    void turns.take(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      isDone = true
    })
    await turns.ended()
    expect(isDone).to.equal(true)
  })
})
