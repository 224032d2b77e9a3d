import { expect } from 'chai'
import { consoleClient } from '../../../drills/wire/console.ts'
import { anIncident } from '../an-incident.ts'
import { codeOf, openFakeDoor, type Asked, type FakeDoor } from '../fake-door.ts'

const account = { email: 'viewer@console.example', password: 'a password of the tests' }
const pages = ['/runbooks/TenantErrorRate', '/dashboards/campanile-slo', '/traces', '/inbox']
const data = [
  '/api/runbooks/TenantErrorRate',
  '/api/dashboards/campanile-slo',
  '/api/traces',
  '/api/incidents',
]

describe('the console as a drill has it', () => {
  let door: FakeDoor
  let elsewhere: FakeDoor

  const answer = ({ path, headers }: Asked) => {
    const [name = ''] = path.split('?')
    if (path === '/api/login') return { headers: { 'set-cookie': 'session=x; Path=/; HttpOnly' } }
    if (path === '/api/incidents' && headers['authorization'] === 'Bearer the-token-of-drills') {
      return { body: { incidents: [anIncident()] } }
    }
    if (headers['cookie'] !== 'session=x') return { status: 303, headers: { location: '/login' } }
    return pages.includes(name) || data.includes(name) ? {} : undefined
  }
  beforeEach(async () => {
    door = await openFakeDoor(answer)
    elsewhere = await openFakeDoor(() => ({}))
  })
  afterEach(() => Promise.all([door.close(), elsewhere.close()]))

  const client = (token = 'the-token-of-drills') => consoleClient({ url: door.url, token, account })

  it('lists incidents with the token and no login', async () => {
    expect(await client().incidents()).to.deep.equal([anIncident()])
    expect(door.asked.map(({ path }) => path)).to.deep.equal(['/api/incidents'])
  })

  it('says that it is not reached when the token is refused or the answer is no list', async () => {
    expect(await codeOf(client('another-token').incidents())).to.equal('DRILL_UNREACHABLE')
    const odd = await openFakeDoor(() => ({ body: { incidents: [{ id: 'seven' }] } }))
    const asked = consoleClient({ url: odd.url, token: 'x', account }).incidents()
    expect(await codeOf(asked)).to.equal('DRILL_UNREACHABLE')
    await odd.close()
  })

  it('follows a link to the page and to what the page reads, with one login', async () => {
    const console = client()
    for (const page of pages) expect(await console.follow(`${door.url}${page}`)).to.equal(200)
    expect(await console.follow(`${door.url}/traces?service=academics`)).to.equal(200)
    expect(door.asked.filter(({ path }) => path === '/api/login')).to.have.length(1)
    expect(door.asked.map(({ path }) => path)).to.include('/api/traces?service=academics')
  })

  it('tells a page that is not there', async () => {
    expect(await client().follow(`${door.url}/runbooks/NoSuchAlert`)).to.equal(404)
  })

  it('sends nobody else the cookie', async () => {
    expect(await client().follow(`${elsewhere.url}/runbooks/TenantErrorRate`)).to.equal(0)
    expect(elsewhere.asked).to.deep.equal([])
  })
})
