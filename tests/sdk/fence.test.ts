import { expect } from 'chai'
import type { PrivacyPolicy } from '../../privacy/policy.ts'
import { telemetryFence } from '../../sdk/fence.ts'

const day = 86_400_000
const policy: PrivacyPolicy = {
  mode: 'enforce',
  allow: [{ key: 'library.branch', value: 'word', owner: 'library', expires: '2026-03-31' }],
}

describe('fence of the SDK', () => {
  it('counts every redaction by its rule, a repeated one each time', () => {
    const counted: string[] = []
    const fence = telemetryFence({ count: (rule) => counted.push(rule) })
    for (let n = 0; n < 2; n++) {
      expect(fence.attribute('enduser.name', 'Ada Lovelace')).to.equal(undefined)
      expect(fence.logBody('Ada Lovelace logged in')).to.equal('[redacted]')
      expect(fence.attribute('campus.role', 'student')).to.equal('student')
    }
    expect(counted).to.have.length(4)
    expect(new Set(counted).size).to.equal(2)
    expect(counted.slice(0, 2)).to.deep.equal(counted.slice(2))
  })

  it('lets a key pass that the policy allows, until the day after its last', () => {
    let now = Date.parse('2026-03-31T23:59:00Z')
    const counted: string[] = []
    const fence = telemetryFence({ policy, nowMillis: () => now, count: (rule) => counted.push(rule) })
    expect(fence.attribute('library.branch', 'north')).to.equal('north')
    expect(fence.logAttribute('library.branch', 'Ada Lovelace')).to.equal(undefined)
    now += day
    expect(fence.attribute('library.branch', 'north')).to.equal(undefined)
    expect(counted).to.deep.equal(['value_shape', 'key_expired'])
  })

  it('drops values that are no telemetry values', () => {
    const fence = telemetryFence()
    for (const value of [() => 'Ada', Symbol('Ada'), { name: 'Ada' }, null]) {
      expect(fence.attribute('campus.role', value)).to.equal(undefined)
    }
  })
})
