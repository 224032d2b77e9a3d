import { generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { logIn, request, type CampusClient } from '../support/campus-client.ts'
import { metricTotal } from '../support/metrics-page.ts'
import { eventually } from '../support/poll.ts'

describe('a tenant’s wall', () => {
  let appliance: Appliance
  let registrarA: CampusClient
  let registrarB: CampusClient
  let studentB: CampusClient

  before(async () => {
    appliance = await sharedAppliance()
    registrarA = await logIn(appliance, 'registrar@university-a.example')
    registrarB = await logIn(appliance, 'registrar@university-b.example')
    studentB = await logIn(appliance, 'student@university-b.example')
  })

  const crossed = (service: 'gateway' | 'users' | 'academics' | 'booking') =>
    metricTotal(`${appliance.url(service)}/metrics`, 'cross_tenant_denied_total')

  /** Does something that must be counted as a crossing by one of the services. */
  async function expectCounted(work: () => Promise<void>): Promise<void> {
    const services = ['gateway', 'users', 'academics', 'booking'] as const
    const total = async () => (await Promise.all(services.map(crossed))).reduce((sum, one) => sum + one, 0)
    const before = await total()
    await work()
    await eventually('the crossing is counted', async () => (await total()) > before)
  }

  it('hides a student of another tenant from a registrar, and counts the attempt', async () => {
    const path = `/api/academics/students/${studentB.account}/transcript`
    expect((await registrarB.get(path)).status).to.equal(200)
    await expectCounted(async () => {
      const answer = await registrarA.get(path)
      expect(answer.status).to.equal(404)
      expect(JSON.stringify(answer.body)).not.to.contain('courses')
    })
  })

  it('hides who saw a record of another tenant', async () => {
    await expectCounted(async () => {
      expect((await registrarA.get(`/api/academics/students/${studentB.account}/accesses`)).status).to.equal(
        404,
      )
    })
  })

  it('refuses a claim for another tenant that was put into a signed token', async () => {
    const [header, payload, signature] = registrarA.accessToken.split('.')
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<string, unknown>
    const forged = Buffer.from(JSON.stringify({ ...claims, tenant: 'university_b' })).toString('base64url')
    const token = `${header}.${forged}.${signature}`
    expect(await statusWith(token, 'gateway')).to.equal(401)
    expect(await statusWith(token, 'academics')).to.equal(401)
  })

  it('refuses tokens signed by a stranger, by nobody, and what is no token', async () => {
    const [header, payload] = registrarA.accessToken.split('.')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const signed = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    for (const token of [`${header}.${payload}.${signed}`, `${none}.${payload}.`, 'a.b.c']) {
      expect(await statusWith(token, 'academics')).to.equal(401)
    }
    const refused = await metricTotal(
      `${appliance.url('academics')}/metrics`,
      'jwt_validation_failures_total',
    )
    expect(refused).to.be.at.least(3)
  })

  it('gives one tenant’s rows only, however the connections of the pool are reused', async () => {
    const rounds = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? registrarA : registrarB))
    const lists = await Promise.all(rounds.map((client) => statusAndStudents(appliance, client)))
    const ofA = new Set(lists.filter((_, at) => at % 2 === 0).flat())
    const ofB = new Set(lists.filter((_, at) => at % 2 === 1).flat())
    expect(ofA.size).to.be.greaterThan(0)
    expect(ofB.size).to.be.greaterThan(0)
    expect([...ofA].filter((id) => ofB.has(id))).to.deep.equal([])
  })

  function statusWith(token: string, service: 'gateway' | 'academics'): Promise<number> {
    const path = service === 'gateway' ? '/api/academics/courses' : '/courses'
    const headers = { authorization: `Bearer ${token}` }
    return request(appliance.url(service) + path, { headers }).then(({ status }) => status)
  }
})

/** Asks academics itself, past the gateway's rate limit, for the students of a registrar's tenant. */
async function statusAndStudents(appliance: Appliance, client: CampusClient): Promise<string[]> {
  const headers = { authorization: `Bearer ${client.accessToken}` }
  const { status, body } = await request(`${appliance.url('academics')}/students`, { headers })
  expect(status).to.equal(200)
  return (body as { students: { id: string }[] }).students.map(({ id }) => id)
}
