import { expect } from 'chai'
import { pagesOf, PostingPages } from '../../../audit/search/posting-pages.ts'

describe('pages of postings', () => {
  it('say which entries carry a token, counted from the first, whoever adds how many at once', () => {
    const pages = new PostingPages('a', 10)
    pages.add([['x', 'y'], ['x']])
    pages.add([[], ['y']])
    const [page, ...others] = pages.list(10)
    expect(others).to.deep.equal([])
    expect(page).to.deep.include({ tenant: 'a', first: 10, count: 4 })
    expect([...(page?.postings ?? [])]).to.deep.equal([
      ['x', [0, 1]],
      ['y', [0, 3]],
    ])
    expect(pages.end).to.equal(14)
  })

  it('leave out entries that are filled in, and tokens that nothing else carries', () => {
    const pages = new PostingPages('a', 10)
    pages.add([['x'], ['y'], ['x'], ['z', 'y']])
    const [page] = pages.list(11)
    expect(page).to.deep.include({ first: 11, count: 3 })
    expect([...(page?.postings ?? [])]).to.deep.equal([
      ['x', [1]],
      ['y', [0, 2]],
      ['z', [2]],
    ])
    expect(pages.list(14)).to.deep.equal([])
  })

  it('follow one another without a gap', () => {
    const tokens = Array.from({ length: 10_000 }, (_, at) => [`t${at}`])
    const pages = pagesOf({ tenant: 'a', first: 5, tokens })
    expect(pages.map(({ first, count }) => [first, count])).to.deep.equal([
      [5, 4_096],
      [4_101, 4_096],
      [8_197, 1_808],
    ])
    for (const { first, postings } of pages) {
      for (const [token, [place = -1]] of postings) expect(token).to.equal(`t${first - 5 + place}`)
    }
  })
})
