import { expect } from 'chai'
import { rangeOf } from '../../../console/charts/times.ts'

const now = 1_795_000_000

describe('a range of time', () => {
  it('is read back from now', () => {
    expect(rangeOf({ from: 'now-6h', to: 'now' }, now)).to.deep.equal({ start: now - 21_600, end: now })
    expect(rangeOf({ from: 'now-7d', to: 'now-1d' }, now)).to.deep.equal({
      start: now - 7 * 86_400,
      end: now - 86_400,
    })
  })

  it('is read from milliseconds', () => {
    expect(rangeOf({ from: '1794999000000', to: '1795000000000' }, now)).to.deep.equal({
      start: 1_794_999_000,
      end: now,
    })
  })

  it('is the last hour where it cannot be read, or ends before it starts', () => {
    for (const asked of [
      { from: 'yesterday', to: 'now' },
      { from: 'now', to: 'now-1h' },
      { from: '', to: '' },
    ]) {
      expect(rangeOf(asked, now)).to.deep.equal({ start: now - 3_600, end: now })
    }
  })

  it('is cut to what the console lets through', () => {
    expect(rangeOf({ from: 'now-52w', to: 'now' }, now).start).to.equal(now - 31 * 86_400)
  })
})
