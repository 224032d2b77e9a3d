import { expect } from 'chai'
import { Admission } from '../../../collector/receive/admission.ts'
import { longestRestMillis, RestingConnections } from '../../../collector/receive/resting.ts'

/** A connection that tells whether it is read. */
class Connection {
  isRead = true
  destroyed = false

  pause(): this {
    this.isRead = false
    return this
  }

  resume(): this {
    this.isRead = true
    return this
  }
}

const readOf = (connections: readonly Connection[]) => connections.map(({ isRead }) => isRead)

describe('connections that rest', () => {
  it('are woken oldest first, and no more of them than are asked for', () => {
    const resting = new RestingConnections()
    const connections = Array.from({ length: 3 }, () => new Connection())
    for (const connection of connections) resting.add(connection)
    expect(readOf(connections)).to.deep.equal([false, false, false])
    resting.wake(2)
    expect(readOf(connections)).to.deep.equal([true, true, false])
    resting.wake(-1)
    expect(resting.size).to.equal(1)
    resting.wake(9)
    expect(readOf(connections)).to.deep.equal([true, true, true])
    expect(resting.size).to.equal(0)
  })

  it('are read again after a while, whoever wakes them', async () => {
    const resting = new RestingConnections()
    const connection = new Connection()
    resting.add(connection)
    await new Promise((resolve) => setTimeout(resolve, longestRestMillis + 200))
    expect(connection.isRead).to.equal(true)
    expect(resting.size).to.equal(0)
  })

  it('are none that are gone', () => {
    const resting = new RestingConnections()
    resting.add(Object.assign(new Connection(), { destroyed: true }))
    expect(resting.size).to.equal(0)
  })

  it('are all read again as soon as there is nothing left to do: those that were woken may have nothing to say', async () => {
    const admission = new Admission({ roomBytes: 1, maxWaitMillis: 60_000 })
    const connections = Array.from({ length: 20 }, () => new Connection())
    const leave = await admission.enter(1)
    const waiting = Array.from({ length: 4 }, () => admission.enter(1))
    for (const connection of connections) admission.rest(connection)
    expect(readOf(connections)).not.to.include(true)
    leave()
    for (const next of waiting) (await next)()
    expect(readOf(connections)).not.to.include(false)
  })

  it('are read again when those who waited have left', async () => {
    const admission = new Admission({ roomBytes: 1, maxWaitMillis: 20 })
    await admission.enter(1)
    const waiting = Array.from({ length: 4 }, () => admission.enter(1).catch(() => 'refused'))
    const connection = new Connection()
    admission.rest(connection)
    expect(connection.isRead).to.equal(false)
    await Promise.all(waiting)
    expect(connection.isRead).to.equal(true)
  })

  it('rest while enough others wait for room, and are read again as soon as few do', async () => {
    const admission = new Admission({ roomBytes: 1, maxWaitMillis: 60_000 })
    const first = new Connection()
    const second = new Connection()
    let leave = await admission.enter(1)
    admission.rest(first)
    expect(first.isRead, 'nobody waits').to.equal(true)
    const waiting = Array.from({ length: 5 }, () => admission.enter(1))
    admission.rest(first)
    admission.rest(second)
    expect(readOf([first, second])).to.deep.equal([false, false])
    const read: boolean[][] = []
    for (const next of waiting) {
      leave()
      leave = await next
      read.push(readOf([first, second]))
    }
    // Four still wait after the first has left, three after the second.
    expect(read).to.deep.equal([
      [false, false],
      [true, false],
      [true, true],
      [true, true],
      [true, true],
    ])
  })
})
