/** What the heartbeat makes of answers, and how long it waits. */
import { expect } from 'chai'
import { isBeat, validateNotification } from '../../../console/heartbeat/notification.ts'
import { judge, pauseMillis } from '../../../console/heartbeat/send.ts'

describe('an answer of a sink', () => {
  for (const status of [200, 202]) {
    it(`accepts with ${status}`, () => {
      expect(judge(status, null)).to.deep.equal({ status: 'accepted' })
    })
  }

  for (const status of [301, 400, 401, 403, 404, 413, 422]) {
    it(`is a refusal with ${status}: tried again, and seldom`, () => {
      expect(judge(status, '5').status).to.equal('refused')
    })
  }

  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`asks for another try with ${status}`, () => {
      expect(judge(status, null).status).to.equal('retryable')
    })
  }

  it('says how long to wait, in seconds and at most five minutes', () => {
    expect(judge(429, '7')).to.deep.include({ retryInMillis: 7_000 })
    expect(judge(429, '999999')).to.deep.include({ retryInMillis: 300_000 })
    expect(judge(429, 'Sat, 21 Nov 2026 08:00:00 GMT')).not.to.have.property('retryInMillis')
  })
})

describe('the pause before another try', () => {
  it('doubles from a second to a minute', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((tries) => pauseMillis(tries, 0.5))
    expect(pauses).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('is spread over half to one and a half of it', () => {
    expect(pauseMillis(1, 0)).to.equal(500)
    expect(pauseMillis(1, 1)).to.equal(1_500)
  })

  it('is never shorter than the sink asked for', () => {
    expect(pauseMillis(1, 0, 20_000)).to.equal(20_000)
    expect(pauseMillis(7, 1, 20_000)).to.equal(90_000)
  })
})

describe('a notification of Alertmanager', () => {
  const alert = (status: string, alertname: string) => ({ status, labels: { alertname, severity: 'none' } })
  const notification = (...alerts: readonly unknown[]) => ({ version: '4', status: 'firing', alerts })
  const beats = (value: unknown) => {
    const outcome = validateNotification(value)
    return outcome.valid && isBeat(outcome.value)
  }

  it('is a beat when the Watchdog fires', () => {
    expect(beats(notification(alert('firing', 'Watchdog')))).to.equal(true)
  })

  it('is none when the Watchdog is resolved, or another alert fires, or none', () => {
    expect(beats(notification(alert('resolved', 'Watchdog')))).to.equal(false)
    expect(beats(notification(alert('firing', 'ServiceDown')))).to.equal(false)
    expect(beats(notification())).to.equal(false)
  })

  it('is refused with every fault when it is something else', () => {
    expect(validateNotification({ alerts: [{}] }).valid).to.equal(false)
    expect(validateNotification('beat').valid).to.equal(false)
    expect(
      validateNotification(notification(...Array.from({ length: 101 }, () => alert('firing', 'a')))).valid,
    ).to.equal(false)
  })
})
