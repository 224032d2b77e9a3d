import { expect } from 'chai'
import fc from 'fast-check'
import { SequenceGaps, silentProducers, type ProducerNumbers } from '../../../audit/log/sequence-gaps.ts'

function find(sequences: readonly number[], producer = 'users'): ProducerNumbers | undefined {
  const gaps = new SequenceGaps()
  sequences.forEach((sequence, time) => gaps.take({ producer, sequence, time }))
  return gaps.result()[0]
}

/** The definition, with all numbers in memory. */
function naive(sequences: readonly number[]) {
  const [first, last] = [Math.min(...sequences), Math.max(...sequences)]
  const known = new Set(sequences)
  const missing = Array.from({ length: last - first }, (_, n) => first + n).filter((n) => !known.has(n))
  const gaps: { from: number; to: number }[] = []
  for (const n of missing) {
    const open = gaps.at(-1)
    if (open?.to === n) open.to++
    else gaps.push({ from: n, to: n + 1 })
  }
  const late = sequences.filter((sequence, at) =>
    sequences.slice(0, at).some((before) => before >= sequence),
  ).length
  return { first, last, gaps, missing: missing.length, repeated: sequences.length - known.size, late }
}

describe('gaps in the numbers of producers', () => {
  const numbers = fc.array(fc.nat(60), { minLength: 1, maxLength: 80 })

  it('equal those of the definition, in any order and with repetitions', () => {
    fc.assert(
      fc.property(numbers, (sequences) => {
        expect(find(sequences)).to.deep.include(naive(sequences))
      }),
    )
  })

  it('are none when every number came, whatever the order', () => {
    const shuffled = fc.integer({ min: 1, max: 50 }).chain((length) =>
      fc.shuffledSubarray(
        Array.from({ length }, (_, n) => n),
        { minLength: length },
      ),
    )
    fc.assert(
      fc.property(shuffled, (sequences) => {
        expect(find(sequences)).to.deep.include({ gaps: [], missing: 0, repeated: 0 })
      }),
    )
  })

  it('name the one event that was dropped, wherever it stood, once a heartbeat has come after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), (length, where) => {
        const dropped = 1 + (where % length)
        // The last number is the heartbeat's.
        const sequences = Array.from({ length: length + 2 }, (_, n) => n).filter((n) => n !== dropped)
        expect(find(sequences)?.gaps).to.deep.equal([{ from: dropped, to: dropped + 1 }])
      }),
    )
  })

  it('are kept apart by producer, and events that are not counted make none', () => {
    const gaps = new SequenceGaps()
    gaps.take({ producer: 'users', sequence: 0, time: 5 })
    gaps.take({ producer: 'booking', sequence: 3, time: 5 })
    gaps.take({ producer: 'booking', sequence: 1, time: 6 })
    gaps.take({ producer: 'ledger', time: 7 })
    expect(
      gaps.result().map(({ producer, missing, lastTime }) => [producer, missing, lastTime]),
    ).to.deep.equal([
      ['booking', 1, 6],
      ['users', 0, 5],
    ])
  })

  it('tell a counter that was turned back', () => {
    expect(find([0, 1, 2, 1, 2, 3])).to.deep.include({ missing: 0, repeated: 2, late: 2, last: 3 })
  })

  it('tell who was silent for two hours before the end, heartbeats included', () => {
    const gaps = new SequenceGaps()
    const hour = 3_600_000
    gaps.take({ producer: 'users', sequence: 0, time: 0 })
    gaps.take({ producer: 'booking', sequence: 0, time: hour })
    gaps.take({ producer: 'ledger', time: 0 })
    const silentAt = (until: number) => silentProducers(gaps.result(), until)
    expect(silentAt(2 * hour - 1)).to.deep.equal([])
    expect(silentAt(2 * hour)).to.deep.equal([{ producer: 'users', hours: 2 }])
    expect(silentAt(4.5 * hour)).to.deep.equal([
      { producer: 'booking', hours: 3 },
      { producer: 'users', hours: 4 },
    ])
  })

  it('stay countable when there are more than can be kept', () => {
    const result = find(Array.from({ length: 20_000 }, (_, n) => n * 2))
    expect(result?.missing).to.equal(19_999)
    expect(result?.gaps).to.have.length(100)
  })
})
