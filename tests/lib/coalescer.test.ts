import { expect } from 'chai'
import { Coalescer } from '../../lib/coalescer.ts'

describe('a coalescer', () => {
  it('runs once for what arrives together, and once more for all that arrived meanwhile', async () => {
    const runs: number[][] = []
    let release = (): void => undefined
    const coalescer = new Coalescer<number>(async (items) => {
      runs.push([...items])
      await new Promise<void>((resolve) => (release = resolve))
    })
    const first = [coalescer.add(1), coalescer.add(2)]
    await new Promise((resolve) => setImmediate(resolve))
    const second = [coalescer.add(3), coalescer.add(4), coalescer.add(5)]
    expect(runs).to.deep.equal([[1, 2]])
    release()
    await Promise.all(first)
    expect(runs).to.deep.equal([
      [1, 2],
      [3, 4, 5],
    ])
    release()
    await Promise.all(second)
  })

  it('tells each of a failed run, and goes on', async () => {
    let isBroken = true
    const coalescer = new Coalescer<number>(async () => {
      if (isBroken) throw new Error('broken')
    })
    const outcomes = await Promise.allSettled([coalescer.add(1), coalescer.add(2)])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    isBroken = false
    await coalescer.add(3)
  })
})
