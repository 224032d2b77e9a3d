import { expect } from 'chai'
import { Refusal } from '../../../lib/refusal.ts'
import { Admission, Room, roomFor } from '../../../collector/receive/admission.ts'

async function codeOf(entering: Promise<unknown>): Promise<string> {
  try {
    await entering
    return 'entered'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code
  }
}

describe('the admission of requests', () => {
  it('lets in what there is room for, and the others in their order as room is given back', async () => {
    const admission = new Admission({ roomBytes: 100 })
    const entered: string[] = []
    const enter = async (name: string, bytes: number) => {
      const leave = await admission.enter(bytes)
      entered.push(name)
      return leave
    }
    const leaveFirst = await enter('first', 60)
    const leaveSecond = await enter('second', 40)
    const third = enter('third', 80)
    // Small enough for the room there is, and yet behind the one that came before.
    const fourth = enter('fourth', 10)
    leaveSecond()
    await Promise.resolve()
    expect(entered).to.deep.equal(['first', 'second'])
    leaveFirst()
    await Promise.all([third, fourth])
    expect(entered).to.deep.equal(['first', 'second', 'third', 'fourth'])
  })

  it('lets in alone what is larger than all the room', async () => {
    const admission = new Admission({ roomBytes: 100 })
    const leave = await admission.enter(1_000)
    const next = admission.enter(1)
    leave()
    ;(await next)()
    expect(await codeOf(admission.enter(100))).to.equal('entered')
  })

  it('refuses, to be sent again, what waits too long or is one too many', async () => {
    const admission = new Admission({ roomBytes: 1, maxWaiting: 1, maxWaitMillis: 5 })
    const leave = await admission.enter(1)
    const waiting = codeOf(admission.enter(1))
    expect(await codeOf(admission.enter(1))).to.equal('overloaded')
    expect(await waiting).to.equal('overloaded')
    leave()
    expect(await codeOf(admission.enter(1))).to.equal('entered')
  })

  it('takes back the room of a request that ends while it waits for more', async () => {
    const admission = new Admission({ roomBytes: 100 })
    const room = new Room(admission)
    await room.take(10)
    const leave = await admission.enter(90)
    const more = room.take(100)
    room.end()
    leave()
    await more
    expect(await codeOf(admission.enter(100))).to.equal('entered')
  })

  it('lets others in beside one that is read slowly, and one such beside the room', async () => {
    const admission = new Admission({ roomBytes: 100_000, maxWaitMillis: 60_000 })
    const slow = new Room(admission)
    await slow.take(100_000)
    const slower = new Room(admission)
    await slower.take(100_000)
    // There is no more room aside: whoever comes now waits for one of them.
    const third = admission.enter(100_000)
    const isIn = await Promise.race([
      third.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 800, false)),
    ])
    expect(isIn).to.equal(false)
    slow.end()
    const leave = await third
    leave()
    slower.end()
    expect(await codeOf(admission.enter(100_000))).to.equal('entered')
  })

  it('moves nobody aside whose body is here, however long it is worked on', async () => {
    const admission = new Admission({ roomBytes: 100_000, maxWaitMillis: 600 })
    const room = new Room(admission)
    await room.take(100_000)
    room.isRead()
    expect(await codeOf(admission.enter(100_000))).to.equal('overloaded')
    room.end()
  })

  it('expects of a compressed body more than of a plain one, and never more than the limit', () => {
    expect(roomFor('1000', undefined, 10_000)).to.equal(1_000)
    expect(roomFor('1000', 'gzip', 100_000)).to.equal(8_000)
    expect(roomFor('90000', 'gzip', 100_000)).to.equal(100_000)
    expect(roomFor(undefined, undefined, 2 ** 21)).to.equal(2 ** 20)
    expect(roomFor('many', undefined, 2 ** 21)).to.equal(2 ** 20)
  })
})
