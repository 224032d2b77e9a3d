import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startAcademics } from '../../../app/academics/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import { faultTokens, postFault } from '../../support/fault-token.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'

describe('the fault gpa-500', () => {
  let database: TestDatabase
  let gateway: TokenGateway
  const started: Service[] = []

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    gateway = await tokenGateway()
  })
  after(async () => {
    await Promise.all(started.map((service) => service.close()))
    await database.drop()
  })

  async function start(demo: boolean): Promise<number> {
    const settings = { ...testSettings(database.url('academics_app')), demo, tokens: faultTokens() }
    const service = await startAcademics(settings, gateway.keys)
    started.push(service)
    return service.port
  }
  const calculate = async (port: number, tenant: string) => {
    const token = await gateway.token({ tenant, account: randomUUID(), role: 'student' })
    const body = { courses: [{ grade: 'A', credits: 3 }] }
    return (await ask(port, '/calculate', { method: 'POST', token, body })).status
  }
  const statuses = async (port: number, tenant: string) => {
    const found: number[] = []
    for (let times = 0; times < 4; times++) found.push(await calculate(port, tenant))
    return found
  }

  it('fails every second calculation of the drill tenant, of no other, and ends', async () => {
    const port = await start(true)
    const url = `http://127.0.0.1:${port}`
    const series = 'fault_active{service="academics",fault="gpa-500"}'
    expect(await metric(port, series)).to.equal(0)
    await postFault(url, { fault: 'gpa-500', active: true, seconds: 60 })
    expect(await statuses(port, 'drill')).to.deep.equal([500, 200, 500, 200])
    expect(await statuses(port, 'university_a')).to.deep.equal([200, 200, 200, 200])
    expect(await metric(port, series)).to.equal(1)
    await postFault(url, { fault: 'gpa-500', active: false })
    expect(await statuses(port, 'drill')).to.deep.equal([200, 200, 200, 200])
    expect(await metric(port, series)).to.equal(0)
  })

  it('does not exist without demo data', async () => {
    const port = await start(false)
    const response = await postFault(`http://127.0.0.1:${port}`, {
      fault: 'gpa-500',
      active: true,
      seconds: 60,
    })
    expect(response.status).to.equal(404)
    expect(await statuses(port, 'drill')).to.deep.equal([200, 200, 200, 200])
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).not.to.include('fault_active{')
  })
})
