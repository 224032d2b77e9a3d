import { expect } from 'chai'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventually } from '../support/poll.ts'
import { outboxHouse, token } from './outbox-house.ts'

describe('audit outbox and relay', () => {
  const { house, relay, write, record, records, pending, drained, ids } = outboxHouse()

  it('delivers each tenant’s events in order and counted, and empties the outbox', async () => {
    const written = await records(7)
    await record('university_b')
    relay({ batchSize: 3 })
    await drained()
    const ofTenant = (tenant: string) => house.ledger.events.filter((event) => event.tenant === tenant)
    expect(ofTenant('university_a').map(({ id }) => id)).to.deep.equal(written)
    expect(ofTenant('university_a').map(({ sequence }) => sequence)).to.deep.equal([0, 1, 2, 3, 4, 5, 6])
    expect(ofTenant('university_b').map(({ sequence }) => sequence)).to.deep.equal([0])
  })

  it('writes nothing when the transaction fails, and gives its number to the next event', async () => {
    await house.pool
      .inTenant('university_a', async (tx) => {
        await write(tx)
        throw new Error('business rule')
      })
      .catch(() => undefined)
    const id = await record()
    relay()
    await drained()
    expect(house.ledger.events.map((event) => [event.id, event.sequence])).to.deep.equal([[id, 0]])
  })

  it('names the trace the event belongs to', async () => {
    const traceId = await house.sdk.span('audit.record', {}, async () => {
      await record()
      return house.sdk.traceId()
    })
    relay()
    await drained()
    expect(house.ledger.events[0]?.facts.traceId).to.equal(traceId)
  })

  it('refuses an event the ledger would refuse, and the transaction with it', async () => {
    const error: unknown = await house.pool
      .inTenant('university_a', (tx) =>
        house.sdk.audit.record(tx, {
          tenant: 'university_a',
          facts: { class: 'admin', action: 'user.created', outcome: 'success', reason: 'Not A Word' },
        }),
      )
      .catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'SDK_AUDIT_EVENT_INVALID')
    expect(await pending()).to.equal(0)
  })

  for (const mode of [500, 503, 401, 'cut'] as const) {
    it(`loses and reorders nothing while the ledger answers ${mode}`, async () => {
      house.ledger.mode = mode
      relay({ batchSize: 2 })
      const written = await records(9)
      await eventually(
        'a failed try',
        async () => (await house.sdk.scrape()).body.match(/outcome="retried"\} [1-9]/) !== null,
      )
      expect(await pending()).to.equal(9)
      house.ledger.mode = 200
      await drained()
      expect(ids()).to.deep.equal(written)
    })
  }

  it('loses nothing while the ledger is gone, and reports how much waits', async () => {
    await house.ledger.close()
    relay()
    await records(4)
    await eventually('the gauge', async () =>
      (await house.sdk.scrape()).body.includes('audit_outbox_pending{service="users"} 4'),
    )
    expect((await house.sdk.scrape()).body).to.match(/audit_outbox_oldest_seconds\{service="users"\} [0-9.]+/)
  })

  it('keeps a refused event aside and lets the others pass', async () => {
    const written = await records(5)
    house.ledger.unwanted.add(written[2] ?? '')
    relay()
    await drained()
    expect(ids()).to.deep.equal(written.filter((_, n) => n !== 2))
    const superuser = house.sdk.pool({ url: house.database.url('superuser'), max: 1 })
    const refused = await superuser.query('SELECT id, outcome FROM outbox.refused')
    await superuser.end()
    expect(refused).to.deep.equal([{ id: written[2], outcome: 'invalid' }])
    expect((await house.sdk.scrape()).body).to.contain(
      'audit_outbox_delivered_total{service="users",outcome="refused"} 1',
    )
  })

  it('does not let an event overtake one whose transaction began earlier and commits later', async () => {
    relay()
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let isWritten = false
    const slow = house.pool.inTenant('university_b', async (tx) => {
      await write(tx, 'university_b')
      isWritten = true
      await gate
    })
    await eventually('the slow write', () => isWritten)
    await record('university_a')
    const other = house.sdk.pool({ url: house.database.url('users_app') })
    // Several turns of the relay see the younger, committed row and leave it.
    await other.query('SELECT pg_sleep(0.2)')
    expect(house.ledger.events).to.have.length(0)
    release()
    await slow
    await drained()
    expect(house.ledger.events.map(({ tenant }) => tenant)).to.deep.equal(['university_b', 'university_a'])
    await other.end()
  })

  it('keeps the order of concurrent writers', async () => {
    relay({ batchSize: 7 })
    const tenants = ['university_a', 'university_b', 'drill']
    await Promise.all(Array.from({ length: 60 }, (_, n) => record(tenants[n % 3])))
    await drained()
    for (const tenant of tenants) {
      const sequences = house.ledger.events
        .filter((event) => event.tenant === tenant)
        .map(({ sequence }) => sequence)
      expect(sequences).to.deep.equal(Array.from({ length: 20 }, (_, n) => n))
    }
  })

  it('lets one of two relays work', async () => {
    relay({ batchSize: 5 })
    relay({ batchSize: 5 })
    const written = await records(30)
    await drained()
    expect(ids()).to.deep.equal(written)
    expect(house.ledger.duplicates).to.deep.equal([])
  })

  it('loses nothing and repeats only by id when the relay is killed again and again', async () => {
    const start = async (): Promise<ChildProcess> => {
      const child = fork(join(import.meta.dirname, 'fixtures/relay-process.ts'), [
        house.database.url('users_app'),
        house.ledger.url,
        token,
        house.sink.endpoint,
      ])
      await once(child, 'message')
      return child
    }
    const written = await records(60)
    for (const goal of [5, 20, 35]) {
      const child = await start()
      await eventually(`${goal} events`, () => house.ledger.events.length >= goal, { everyMillis: 1 })
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    relay()
    await drained()
    expect(ids()).to.deep.equal(written)
  })

  it('loses and reorders nothing when its database connection drops while the ledger takes a batch', async () => {
    const written = await records(4)
    let answer: () => void = () => undefined
    house.ledger.gate = new Promise((resolve) => {
      answer = resolve
    })
    relay({ batchSize: 3 })
    await eventually('the first batch', () => house.ledger.events.length === 3)
    const superuser = house.sdk.pool({ url: house.database.url('superuser'), max: 1 })
    const cut = await superuser.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'users_app'",
    )
    expect(cut).not.to.have.length(0)
    answer()
    await superuser.end()
    // The receipts came, the deletion did not: the ledger is told again and knows the ids.
    await eventually('an empty outbox', async () => (await pending()) === 0)
    expect(ids()).to.deep.equal(written)
    expect(house.ledger.duplicates.slice(0, 3)).to.deep.equal(written.slice(0, 3))
  })

  it('stops at once while the ledger is away, and leaves everything to the next relay', async () => {
    house.ledger.mode = 503
    const written = await records(3)
    const first = relay({ maxBackoffMillis: 600_000 })
    await eventually(
      'a failed try',
      async () => (await house.sdk.scrape()).body.match(/outcome="retried"\} [1-9]/) !== null,
    )
    await first.stop()
    expect(await pending()).to.equal(3)
    house.ledger.mode = 200
    relay()
    await drained()
    expect(ids()).to.deep.equal(written)
  })

  it('shows a role only its own producer’s rows, and a tenant’s transaction only that tenant’s', async () => {
    await records(2, 'university_a')
    await record('university_b')
    const count = 'SELECT count(*)::int AS count FROM outbox.event'
    expect(await house.pool.inTenant('university_b', (tx) => tx.query(count))).to.deep.equal([{ count: 1 }])
    const stranger = house.sdk.pool({ url: house.database.url('booking_app') })
    expect(await stranger.query(count)).to.deep.equal([{ count: 0 }])
    await stranger.end()
    const forged = house.pool.inTenant('university_a', (tx) => write(tx, 'university_b'))
    expect(await forged.catch((error: unknown) => (error as { sqlState: string }).sqlState)).to.equal('42501')
  })
})
