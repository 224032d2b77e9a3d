import { expect } from 'chai'
import { Posture } from '../../../contracts/posture.ts'
import { changeLines, changesBetween } from '../../../compliance/report/changes.ts'
import { writeConsole } from '../../../compliance/report/console.ts'
import { writeHtml } from '../../../compliance/report/html.ts'
import { validator } from '../../../lib/validate.ts'
import { postureOf } from './posture-of.ts'

/** The posture with one item in another state, without its findings. */
function without(posture: Posture, id: string, state: Posture['items'][number]['state']): Posture {
  const items = posture.items.map((item) => (item.id === id ? { ...item, state, findings: [] } : item))
  return { ...posture, items }
}

function after(before: Posture, now: Posture): Posture {
  const { scannedAt, score } = before
  const changes = changesBetween(before, now)
  return { ...now, previous: { scannedAt, low: score.low, isComparable: true, changes } }
}

describe('what changed between two scans', () => {
  let bad: Posture
  before(async () => {
    bad = await postureOf('bad')
  })

  it('is nothing between a scan and itself', () => {
    const changes = changesBetween(bad, bad)
    expect(Object.values(changes).flat()).to.deep.equal([0])
    expect(changeLines(bad)).to.deep.equal([])
  })

  it('is told by item and by finding, what got worse first', () => {
    const now = after(without(bad, 'DBS-01', 'pass'), without(bad, 'NET-01', 'pass'))
    const changes = now.previous?.changes
    expect(changes?.items.map(({ id, from, to }) => [id, from, to])).to.deep.equal([
      ['NET-01', 'fail', 'pass'],
      ['DBS-01', 'pass', 'fail'],
    ])
    expect(new Set(changes?.fresh.map(({ control }) => control))).to.deep.equal(new Set(['DBS-01']))
    expect(new Set(changes?.gone.map(({ control }) => control))).to.deep.equal(new Set(['NET-01']))
    expect(changeLines(now)[0]).to.match(/^DBS-01 .*: it fails now \(pass before, fail now\)\.$/)
    expect(changeLines(now)[1]).to.match(/^NET-01 .*: it was mended/)
    expect(validator(Posture)(now)).to.have.property('valid', true)
  })

  it('says that something was decided anew instead of calling it mended', () => {
    const now = after(without(bad, 'DBS-01', 'unknown'), without(bad, 'DBS-01', 'pass'))
    expect(changeLines(now).join()).to.include('could not be decided before')
  })

  it('calls nothing gone that cannot be read any more', () => {
    const fault = { code: 'GATHER_SYNTAX', message: 'expected }', file: 'main.tf', line: 1 }
    const now = after(bad, { ...without(bad, 'DBS-01', 'unknown'), faults: [fault] })
    expect(changeLines(now).join()).to.include('Not read any more: main.tf')
    expect(changeLines(now).join()).to.include('cannot be decided any more')
  })

  it('calls nothing gone that stood in a source that is not looked at any more', () => {
    const sources = bad.sources.filter(({ source }) => source !== 'terraform')
    const now = after(bad, { ...without(bad, 'DBS-01', 'pass'), sources })
    expect(now.previous?.changes?.gone).to.deep.equal([])
    expect(changeLines(now).join()).to.include('Not looked at any more: terraform')
  })

  it('compares no findings of an item that lists only some of them', () => {
    const cut = { ...bad, items: bad.items.map((item) => ({ ...item, findings: [], omitted: 1 })) }
    const changes = changesBetween(bad, cut)
    expect(changes.gone).to.deep.equal([])
    expect(changes.uncompared).to.have.lengthOf(bad.items.length)
  })

  it('stands in the reports', () => {
    const now = after(without(bad, 'DBS-01', 'pass'), bad)
    for (const text of [writeConsole(now), writeHtml(now)]) expect(text).to.include('it fails now')
  })
})
