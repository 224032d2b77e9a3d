import { expect } from 'chai'
import { RecentKeys } from '../../../audit/append/recent-keys.ts'

const bytes = Buffer.alloc(32)

/** Events whose ids and names are their indexes. */
function events(from: number, to: number) {
  const names = Array.from({ length: to - from }, (_, at) => String(from + at).padStart(4, '0'))
  const known = new Map(names.map((name, at) => [name, { index: from + at, leafHash: bytes, digest: bytes }]))
  return [known, names.at(-1) ?? ''] as const
}

describe('events that were appended a moment ago', () => {
  it('are found by name in their own log', () => {
    const recent = new RecentKeys()
    recent.begin('drill', { size: 0, highest: undefined })
    recent.add('drill', ...events(0, 3))
    expect(recent.find('drill', '0002')).to.have.property('index', 2)
    expect(recent.find('drill', '0003')).to.equal(undefined)
    expect(recent.find('other', '0002')).to.equal(undefined)
  })

  it('are asked for only where an id is not above all that the index has', () => {
    const recent = new RecentKeys()
    expect(recent.isDoubtful('drill', '0000'), 'of an empty log').to.equal(false)
    recent.begin('drill', { size: 5, highest: '0004' })
    expect(recent.isDoubtful('drill', '0003')).to.equal(true)
    expect(recent.isDoubtful('drill', '0004')).to.equal(true)
    expect(recent.isDoubtful('drill', '0005')).to.equal(false)
    expect(recent.isDoubtful('other', '0003')).to.equal(false)
  })

  it('stay until the index knows them, however many there are', () => {
    const recent = new RecentKeys(10)
    recent.begin('drill', { size: 0, highest: undefined })
    recent.add('drill', ...events(0, 30))
    for (const size of [0, 0, 10, 29]) recent.noteIndexed('drill', size)
    recent.add('drill', ...events(30, 60))
    for (const size of [29, 29]) recent.noteIndexed('drill', size)
    for (let index = 0; index < 60; index++) {
      const name = String(index).padStart(4, '0')
      const found = recent.find('drill', name)
      if (index >= 29) expect(found, name).to.have.property('index', index)
      else expect(found !== undefined || recent.isDoubtful('drill', name), name).to.equal(true)
    }
  })

  it('that were let go are doubtful from then on', () => {
    const recent = new RecentKeys(10)
    recent.begin('drill', { size: 0, highest: undefined })
    for (let from = 0; from < 100; from += 10) {
      recent.add('drill', ...events(from, from + 10))
      recent.noteIndexed('drill', from + 10)
    }
    const kept = Array.from({ length: 100 }, (_, index) => String(index).padStart(4, '0')).filter(
      (name) => recent.find('drill', name) !== undefined,
    )
    expect(kept.length).to.be.within(10, 20)
    for (let index = 0; index < 100; index++) {
      const name = String(index).padStart(4, '0')
      expect(kept.includes(name) || recent.isDoubtful('drill', name), name).to.equal(true)
    }
    expect(recent.isDoubtful('drill', '0100')).to.equal(false)
  })

  it('of another log do not keep the index from being trusted', () => {
    const recent = new RecentKeys(10)
    for (const tenant of ['drill', 'quiet']) recent.begin(tenant, { size: 0, highest: undefined })
    recent.add('quiet', ...events(0, 1))
    recent.noteIndexed('quiet', 1)
    for (let from = 0; from < 50; from += 10) {
      recent.add('drill', ...events(from, from + 10))
      recent.noteIndexed('drill', from + 10)
    }
    expect(recent.find('quiet', '0000')).to.equal(undefined)
    expect(recent.isDoubtful('quiet', '0000')).to.equal(true)
  })

  it('of a log whose index stands still do not keep those of others', () => {
    const recent = new RecentKeys(10)
    for (const tenant of ['drill', 'stuck']) recent.begin(tenant, { size: 0, highest: undefined })
    recent.add('stuck', ...events(0, 5))
    for (let from = 0; from < 1_000; from += 10) {
      recent.add('drill', ...events(from, from + 10))
      recent.noteIndexed('drill', from + 10)
    }
    expect(recent.size).to.be.below(100)
    for (let index = 0; index < 5; index++) {
      expect(recent.find('stuck', String(index).padStart(4, '0'))).to.have.property('index', index)
    }
    expect(recent.find('drill', '0000')).to.equal(undefined)
    expect(recent.isDoubtful('drill', '0000')).to.equal(true)
  })

  it('say that there are too many of them until the index knows them, or nobody stands on them', () => {
    const recent = new RecentKeys(10)
    for (const tenant of ['drill', 'stuck']) recent.begin(tenant, { size: 0, highest: undefined })
    recent.add('stuck', ...events(0, 80))
    expect(recent.isFull).to.equal(true)
    recent.forget('stuck')
    expect(recent.isFull).to.equal(false)
    expect(recent.find('stuck', '0000')).to.equal(undefined)
    expect(recent.isDoubtful('stuck', '9999'), 'asked for until it is begun again').to.equal(true)
    recent.add('drill', ...events(0, 80))
    expect(recent.isFull).to.equal(true)
    recent.noteIndexed('drill', 80)
    recent.add('drill', ...events(80, 90))
    recent.noteIndexed('drill', 90)
    expect(recent.isFull).to.equal(false)
  })

  it('are forgotten when a log is begun again', () => {
    const recent = new RecentKeys()
    recent.begin('drill', { size: 0, highest: undefined })
    recent.add('drill', ...events(0, 3))
    recent.begin('drill', { size: 1, highest: '0000' })
    expect(recent.find('drill', '0002')).to.equal(undefined)
    expect(recent.isDoubtful('drill', '0002')).to.equal(false)
    expect(recent.isDoubtful('drill', '0000')).to.equal(true)
  })
})
