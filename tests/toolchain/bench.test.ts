import { expect } from 'chai'
import { complainAbout } from '../../tools/bench/run.ts'

describe('a benchmark’s last line', () => {
  it('is accepted when it is one figure', () => {
    const line = JSON.stringify({ name: 'x', ratio: 2, baseline: 1, value: 2, unit: 'events/s', more: true })
    expect(complainAbout(`noise\n${line}\n`)).to.equal(undefined)
  })

  for (const output of [
    '',
    'done\n',
    '{"name":"x"}\n',
    '[1]\n',
    '{"name":"x","ratio":"2","baseline":1,"value":2,"unit":"s"}',
  ]) {
    it(`is refused when it is ${JSON.stringify(output)}`, () => {
      expect(complainAbout(output)).to.be.a('string')
    })
  }
})
