import { expect } from 'chai'
import { AuditEvent } from '../../../contracts/audit-event.ts'
import { scanEvent } from '../../../compliance/deliver/scan-event.ts'
import { validator } from '../../../lib/validate.ts'
import { postureOf } from '../report/posture-of.ts'

describe('the event of a scan', () => {
  it('has the shape the ledger takes, and names nobody', async () => {
    const event = scanEvent(await postureOf('bad'))
    expect(validator(AuditEvent)(event)).to.have.property('valid', true)
    expect(event.personal).to.equal(undefined)
  })

  it('names the hash of the bundle that was kept with the report', async () => {
    const bundle = 'a'.repeat(64)
    const event = scanEvent({ ...(await postureOf('good')), bundle })
    expect(validator(AuditEvent)(event)).to.have.property('valid', true)
    expect(event.facts.evidence?.sha256).to.equal(bundle)
  })

  it('is the same for the same report, and another for another', async () => {
    const posture = await postureOf('bad')
    expect(scanEvent(posture)).to.deep.equal(scanEvent(posture))
    expect(scanEvent({ ...posture, durationMillis: 1 }).id).not.to.equal(scanEvent(posture).id)
  })
})
