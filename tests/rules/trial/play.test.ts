import { expect } from 'chai'
import { play, run } from '../../../rules/trial/play.ts'
import { counterOf, gaugeOf, pulseOf } from '../../../rules/trial/trial.ts'

const phases = [
  { level: 'quiet', samples: 3 },
  { level: 'above', samples: 2 },
] as const

describe('samples of a trial', () => {
  it('of a gauge are the value of each level', () => {
    expect(play(gaugeOf('a', { quiet: 1, above: 9 }), phases)).to.equal('1+0x2 9+0x1')
  })

  it('of a counter go on from where the level before left it', () => {
    expect(play(counterOf('a', { quiet: 2, above: 5 }), phases)).to.equal('2+2x2 11+5x1')
  })

  it('of a pulse grow once, when the level begins', () => {
    expect(play(pulseOf('a', { quiet: 0, above: 3 }), phases)).to.equal('0+0x2 3+0x1')
  })

  it('of a level that is left out are those of the quiet one', () => {
    expect(play(gaugeOf('a', { quiet: 1, above: 9 }), [{ level: 'below', samples: 1 }])).to.equal('1+0x0')
  })

  it('of an absent level are missing', () => {
    expect(play(gaugeOf('a', { quiet: 1 }), [{ level: 'absent', samples: 4 }])).to.equal('_x4')
    expect(run('_', 2)).to.equal('_x2')
  })
})
