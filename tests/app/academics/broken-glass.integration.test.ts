import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { startAcademics } from '../../../app/academics/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import type { Role } from '../../../contracts/services.ts'
import { eventually } from '../../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'
import { connect, fixedReason, layRoster, type Roster } from './store/roster-rows.ts'

const finding = 'the advisor was ill and had asked for cover'

describe('the review of broken glass', () => {
  let database: TestDatabase
  let root: pg.Client
  let gateway: TokenGateway
  let service: Service
  let a: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    a = await layRoster(root, 'university_a')
    gateway = await tokenGateway()
    service = await startAcademics(testSettings(database.url('academics_app')), gateway.keys)
  })
  after(async () => {
    await service.close()
    await root.end()
    await database.drop()
  })

  const token = (role: Role, account: string) => gateway.token({ tenant: 'university_a', account, role })
  const open = async (account: string) =>
    ask(service.port, `/students/${a.student}/transcript`, {
      method: 'POST',
      token: await token('staff', account),
      body: { reason: fixedReason },
    })
  const waiting = async (role: Role = 'registrar', account = a.registrar) =>
    ask(service.port, '/glass', { token: await token(role, account) })
  const review = async (id: string, body: unknown, account = a.registrar) =>
    ask(service.port, `/glass/${id}/review`, {
      method: 'POST',
      token: await token('registrar', account),
      body,
    })
  const glassOf = async (account: string) => {
    const { body } = await waiting()
    const reviews = body['reviews'] as readonly { readonly id: string; readonly account: string }[]
    return reviews.find((glass) => glass.account === account)?.id ?? ''
  }

  it('tells who opens a record until when', async () => {
    const { body } = await open(randomUUID())
    expect(body['access'])
      .to.have.property('endsAt')
      .that.matches(/^\d{4}-.*Z$/)
  })

  it('is listed for the registrar of record, taken once, and counted', async () => {
    const account = randomUUID()
    await open(account)
    const id = await glassOf(account)
    const answer = await review(id, { verdict: 'justified', finding })
    expect(answer.body).to.deep.equal({ outcome: 'reviewed' })
    expect((await review(id, { verdict: 'justified', finding })).status).to.equal(409)
    const series = 'break_glass_reviews_total{tenant="university_a",verdict="justified"}'
    expect(await metric(service.port, series)).to.equal(1)
  })

  it('wants a verdict and a finding in words', async () => {
    const account = randomUUID()
    await open(account)
    const id = await glassOf(account)
    for (const body of [{ verdict: 'fine', finding }, { verdict: 'justified' }]) {
      expect((await review(id, body)).body).to.include({ code: 'BODY_INVALID' })
    }
    const short = await review(id, { verdict: 'justified', finding: 'fine' })
    expect(short.body['faults']).to.deep.equal([
      { at: '/finding', expected: 'a finding of at least 20 characters' },
    ])
  })

  it('is closed to everybody else, to whoever broke it, and unknown for an id of nobody', async () => {
    expect((await waiting('staff', randomUUID())).status).to.equal(403)
    expect((await waiting('registrar', a.otherRegistrar)).status).to.equal(403)
    await open(a.registrar)
    const own = await glassOf(a.registrar)
    expect((await review(own, { verdict: 'justified', finding })).status).to.equal(403)
    expect((await review(randomUUID(), { verdict: 'justified', finding })).status).to.equal(404)
  })

  it('shows what waits as gauges', async () => {
    await open(randomUUID())
    const again = await startAcademics(testSettings(database.url('academics_app')), gateway.keys)
    try {
      const series = 'break_glass_reviews_waiting{tenant="university_a"}'
      const count = await eventually('it is counted', async () => {
        const found = (await metric(again.port, series)) ?? 0
        return found > 0 ? found : undefined
      })
      expect(count).to.be.at.least(1)
    } finally {
      await again.close()
    }
  })
})
