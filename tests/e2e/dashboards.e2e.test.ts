import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { dashboards as contracted } from '../../contracts/dashboards.ts'
import {
  isAnswered,
  questionsOf,
  tracesBehind,
  type CrawledDashboard,
  type Doors,
  type Question,
} from '../dashboards/crawl.ts'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { logIn, type CampusClient } from '../support/campus-client.ts'
import { eventually } from '../support/poll.ts'

const folder = join(import.meta.dirname, '../../compose/generated/dashboards/v1')
const students = ['student@university-a.example', 'student@university-b.example', 'student@drill.example']

/** The dashboards as they are committed: what Grafana and the console read. */
const dashboards = globSync('*.json', { cwd: folder })
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CrawledDashboard)

describe('the dashboards on the running appliance', function () {
  // The rules of the longest windows are evaluated every few minutes: the slowest panel waits for the first time.
  this.timeout(480_000)
  let appliance: Appliance
  let doors: Doors
  let clients: readonly CampusClient[] = []
  before(async () => {
    appliance = await sharedAppliance()
    doors = { prometheus: appliance.url('prometheus'), query: appliance.url('query') }
    // Another test may just have killed something: a breaker stays open for a minute.
    clients = await eventually(
      'students are logged in',
      () => Promise.all(students.map((email) => logIn(appliance, email))),
      { withinMillis: 120_000, everyMillis: 5_000 },
    )
  })

  it('show data in every panel for every value of every variable', async () => {
    let empty: readonly Question[] = []
    const answered = new Set<string>()
    await eventually(
      'every question has data',
      async () => {
        await useCampus(clients)
        empty = await emptyOf(doors, answered)
        return empty.length === 0
      },
      { withinMillis: 420_000, everyMillis: 10_000 },
    ).catch((cause: unknown) => {
      throw new Error(`without data:\n${[...new Set(empty.map(describeQuestion))].join('\n')}`, { cause })
    })
    expect(answered.size, 'questions').to.be.greaterThan(700)
  })

  it('ask something in every panel', async () => {
    expect(dashboards.map(({ uid }) => uid)).to.have.members(Object.keys(contracted))
    for (const dashboard of dashboards) {
      const questions = await questionsOf(doors, dashboard)
      const asking = new Set(questions.map(({ panel }) => panel))
      const panels = dashboard.panels.filter(({ type }) => type !== 'row').map(({ title }) => title)
      expect([...asking], dashboard.uid).to.include.members(panels)
    }
  })

  it('lead from the latency of requests to stored traces', async () => {
    await eventually('a trace behind a latency is stored', async () => {
      const traceIds = await tracesBehind(doors, 'http_server_request_duration_seconds_bucket')
      const found = await Promise.all(
        traceIds.slice(-20).map(async (traceId) => (await fetch(`${doors.query}/api/traces/${traceId}`)).ok),
      )
      return found.includes(true)
    })
  })

  it('would be told apart from ones that ask for nothing that exists', async () => {
    const question = { dashboard: 'planted', panel: 'Planted', refId: 'A' } as const
    const ask = (kind: 'range' | 'instant', expr: string) => isAnswered(doors, { ...question, kind, expr })
    expect(await ask('range', 'up')).to.equal(true)
    expect(await ask('range', 'nobody_emits_this')).to.equal(false)
    expect(await ask('instant', 'up{job="nobody"}')).to.equal(false)
    expect(await ask('range', 'vector(0) / 0')).to.equal(false)
  })
})

/** Touches every service for every tenant: a latency has a value only where somebody waited. */
async function useCampus(clients: readonly CampusClient[]): Promise<void> {
  for (const { account, get } of clients) {
    const own = `/api/academics/students/${account}`
    const paths = ['/api/users/me', '/api/academics/courses', `${own}/transcript`, `${own}/accesses`]
    for (const path of [...paths, '/api/booking/rooms']) {
      const { status } = await get(path)
      expect(status, path).to.equal(200)
    }
  }
}

/** Asks everything that is not answered yet: with time there are more values to choose. */
async function emptyOf(doors: Doors, answered: Set<string>): Promise<readonly Question[]> {
  const empty: Question[] = []
  for (const dashboard of dashboards) {
    for (const question of await questionsOf(doors, dashboard)) {
      const key = JSON.stringify(question)
      if (answered.has(key)) continue
      if (await isAnswered(doors, question)) answered.add(key)
      else empty.push(question)
    }
  }
  return empty
}

function describeQuestion({ dashboard, panel, refId, expr }: Question): string {
  return `${dashboard} “${panel}” ${refId}: ${expr}`
}
