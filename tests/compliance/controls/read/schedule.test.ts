import { expect } from 'chai'
import { thresholdOf } from '../../../../compliance/controls/read/alert.ts'
import { cadenceOf } from '../../../../compliance/controls/read/schedule.ts'

describe('how often something runs', () => {
  it('is read from expressions of cron, of AWS and of their short names', () => {
    expect(cadenceOf('0 2 * * *')).to.deep.equal({ hours: 24, atHour: 2 })
    expect(cadenceOf('cron(0 2 * * ? *)')).to.deep.equal({ hours: 24, atHour: 2 })
    expect(cadenceOf('0 */6 * * *')).to.deep.equal({ hours: 6 })
    expect(cadenceOf('cron(0 0/6 * * ? *)')).to.deep.equal({ hours: 6 })
    expect(cadenceOf('15 * * * *')).to.deep.equal({ hours: 1 })
    expect(cadenceOf('cron(0 3 ? * SUN *)')).to.deep.equal({ hours: 168, atHour: 3 })
    expect(cadenceOf('@every 30m')).to.deep.equal({ hours: 0.5 })
    expect(cadenceOf('@weekly')).to.deep.equal({ hours: 168, atHour: 0 })
  })

  it('is the longest distance between two runs', () => {
    expect(cadenceOf('0 0,6,12,18 * * *')).to.deep.equal({ hours: 6 })
    expect(cadenceOf('0 1,2 * * *')).to.deep.equal({ hours: 23 })
  })

  it('is nothing for what is rarer or no expression', () => {
    for (const text of ['0 2 1 * *', '0 2 * 6 *', 'sometimes', '', '0 25 * * *', '0 */0 * * *', '@yearly']) {
      expect(cadenceOf(text)).to.equal(undefined)
    }
  })
})

describe('with what an alert compares', () => {
  it('is the number behind the last comparison', () => {
    expect(thresholdOf('time() - x > 900')).to.equal(900)
    expect(thresholdOf('a > 1 and (time() - x) >= 15 * 60')).to.equal(900)
    expect(thresholdOf('a / b > 0.9')).to.equal(0.9)
    expect(thresholdOf('a > bool 1e3')).to.equal(1000)
  })

  it('is nothing where there is no number', () => {
    for (const text of ['a > b', 'a < 5', 'up == 0', '', 'a > 5 or b', 'a > 1.2.3']) {
      expect(thresholdOf(text)).to.equal(undefined)
    }
  })
})
