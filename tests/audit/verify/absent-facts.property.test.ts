import { expect } from 'chai'
import fc from 'fast-check'
import { AbsenceBook } from '../../../audit/verify/absent-facts.ts'
import type { Leaf } from '../../../contracts/leaf.ts'
import { isInRuns, runsOf } from '../../../contracts/retention.ts'

const event = '5f6d3c1e-0000-4000-8000-000000000001'
const gone = { cause: 'retention', event } as const
const leaf: Leaf = {
  commitment: 'A'.repeat(43),
  eventTime: 0,
  id: event,
  producer: 'ledger',
  time: 0,
  version: 2,
}
const applied = (runs: number[], action: 'retention.applied' | 'register.read' = 'retention.applied') => ({
  class: 'admin' as const,
  action,
  outcome: 'success' as const,
  retention: { class: 'access' as const, policy: 'house', runs },
})
const indices = fc.uniqueArray(fc.nat(200), { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b))

describe('entries without facts', () => {
  it('are explained exactly when an event of retention lists them', () => {
    fc.assert(
      fc.property(indices, indices, (listed, missing) => {
        const book = new AbsenceBook()
        for (const index of missing) book.miss(index, gone)
        book.take(leaf, applied(runsOf(listed)))
        const bare = missing.filter((index) => !listed.includes(index))
        const { firstUnexplained, count } = book.result()
        expect(count).to.equal(missing.length)
        expect(firstUnexplained).to.equal(bare[0])
      }),
    )
  })

  it('are found in the runs of their indices and nowhere else', () => {
    fc.assert(
      fc.property(indices, fc.nat(210), (listed, index) => {
        expect(isInRuns(runsOf(listed), index)).to.equal(listed.includes(index))
      }),
    )
  })

  const bookOf = (take: (book: AbsenceBook) => void) => {
    const book = new AbsenceBook()
    take(book)
    return book.result()
  }

  it('are not explained by an event that came before them, that is missing, or that somebody else made', () => {
    const early = bookOf((book) => {
      book.take(leaf, applied([0, 9]))
      book.miss(3, gone)
    })
    const never = bookOf((book) => book.miss(3, gone))
    const foreign = bookOf((book) => {
      book.miss(3, gone)
      book.take({ ...leaf, producer: 'academics' }, applied([0, 9]))
    })
    const other = bookOf((book) => {
      book.miss(3, gone)
      book.take(leaf, applied([0, 9], 'register.read'))
    })
    for (const { firstUnexplained } of [early, never, foreign, other]) expect(firstUnexplained).to.equal(3)
  })

  it('are not explained by the word that they were erased, nor by none', () => {
    expect(bookOf((book) => book.miss(4, { cause: 'erasure' }))).to.include({
      erased: 1,
      firstUnexplained: 4,
    })
    expect(bookOf((book) => book.miss(5, undefined))).to.include({ erased: 0, firstUnexplained: 5 })
  })
})
