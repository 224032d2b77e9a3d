import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import { outboxHouse } from './outbox-house.ts'

describe('a relay of many tenants', () => {
  const { house, relay, write, record, records, drained, ids } = outboxHouse()

  it('lets no tenant wait for others whose logs take nothing', async () => {
    for (const tenant of ['university_a', 'university_b']) house.ledger.troubled.add(tenant)
    const a = await records(20, 'university_a')
    const b = await records(5, 'university_b')
    const drill = await records(10, 'drill')
    relay({ batchSize: 4 })
    const ofTenant = (name: string) =>
      house.ledger.events.filter(({ tenant }) => tenant === name).map(({ id }) => id)
    await eventually('the others', () => ofTenant('drill').length === 10, { everyMillis: 5 })
    expect(house.ledger.events).to.have.length(10)
    expect(ofTenant('drill')).to.deep.equal(drill)
    house.ledger.troubled.clear()
    await drained()
    expect(ofTenant('university_a')).to.deep.equal(a)
    expect(ofTenant('university_b')).to.deep.equal(b)
  })

  it('sends an event again that got no receipt, and lets none of its tenant overtake it', async () => {
    house.ledger.troubled.add('university_a')
    relay()
    const a = await records(3, 'university_a')
    await record('university_b')
    await eventually('the other tenant', () => house.ledger.events.length === 1, { everyMillis: 5 })
    await records(2, 'university_b')
    house.ledger.troubled.clear()
    await drained()
    const ofA = house.ledger.events.filter(({ tenant }) => tenant === 'university_a')
    expect(ofA.map(({ id }) => id)).to.deep.equal(a)
  })

  it('finds the event for which a whole batch is refused, and delivers all others in order', async () => {
    const written = await records(40)
    for (const at of [7, 8, 31]) house.ledger.poisonous.add(written[at] ?? '')
    relay()
    await drained()
    expect(ids()).to.deep.equal(written.filter((id) => !house.ledger.poisonous.has(id)))
    const metrics = (await house.sdk.scrape()).body
    expect(metrics).to.contain('audit_outbox_delivered_total{service="users",outcome="refused"} 3')
    await eventually('the dead letters', async () =>
      (await house.sdk.scrape()).body.includes('audit_outbox_dead_letters{service="users"} 3'),
    )
  })

  it('records heartbeats for tenants that have events, counted like any other', async () => {
    await records(2, 'university_a')
    await record('university_b')
    relay({ heartbeatSeconds: 0.2 })
    const beats = () => house.ledger.events.filter(({ facts }) => facts.action === 'producer.heartbeat')
    await eventually('heartbeats', () => new Set(beats().map(({ tenant }) => tenant)).size === 2)
    expect(beats().find(({ tenant }) => tenant === 'university_a')).to.deep.include({
      producer: 'users',
      sequence: 2,
      facts: { class: 'security', action: 'producer.heartbeat', outcome: 'success', actorRole: 'service' },
    })
    expect(beats()[0]?.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
  })

  it('leaves a heartbeat for later while a business transaction holds the count', async () => {
    await record()
    const beat = () => house.pool.query<{ beaten: number }>("SELECT outbox.beat(interval '0') AS beaten")
    let answer: unknown
    await house.pool.inTenant('university_a', async (tx) => {
      await write(tx)
      answer = await beat()
    })
    expect(answer).to.deep.equal([{ beaten: 0 }])
    expect(await beat()).to.deep.equal([{ beaten: 1 }])
  })
})
