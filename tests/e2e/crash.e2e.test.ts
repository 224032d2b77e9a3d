import { expect } from 'chai'
import { startAppliance, type Appliance } from '../support/appliance.ts'
import { logIn, request, type CampusClient } from '../support/campus-client.ts'
import { exportAndVerify, findEvent } from '../support/ledger-client.ts'
import { eventually } from '../support/poll.ts'

interface Component {
  readonly name: string
  readonly state: string
  readonly pid?: number
  readonly restarts: number
}

/** What must come back; one-shot parts of the start have no process to kill. */
const victims = [
  'gateway',
  'users',
  'academics',
  'booking',
  'ledger',
  'collector',
  'console',
  'heartbeat',
  'compliance',
  'traffic',
  'prometheus',
  'alertmanager',
  'node-exporter',
  'postgres-exporter',
  'postgres',
]

describe('kill -9 under traffic', function () {
  this.timeout(300_000)
  let appliance: Appliance
  let reader: Reader

  before(async () => {
    // One of its own: what is killed here leaves open breakers behind.
    appliance = await startAppliance()
    reader = startReading(appliance, await logIn(appliance, 'student@university-a.example'))
  })
  after(async () => {
    // Either is missing when the start failed, which is what the report must then say.
    await (reader as Reader | undefined)?.stop()
    await (appliance as Appliance | undefined)?.stop()
  })

  for (const name of victims) {
    it(`starts ${name} again`, async () => {
      const before = await component(appliance, name)
      if (before.pid === undefined) throw new Error(`${name} has no process`)
      process.kill(before.pid, 'SIGKILL')
      const after = await eventually(`${name} is ready again`, async () => {
        const now = await component(appliance, name)
        return now.state === 'ready' && now.pid !== before.pid && now.restarts > before.restarts && now
      })
      expect(after.restarts).to.equal(before.restarts + 1)
      const answered = reader.acknowledged.length
      await eventually('reads are answered again', () => reader.acknowledged.length > answered + 2)
    })
  }

  it('lost no acknowledged entry and wrote none twice', async () => {
    await reader.stop()
    expect(reader.acknowledged.length).to.be.greaterThan(20)
    const last = reader.acknowledged.at(-1)
    await eventually('the last read is in the signed log', () =>
      findEvent(appliance, 'university_a', ({ facts }) => facts.traceId === last),
    )
    const { events, verdict } = await exportAndVerify(appliance, 'university_a')
    expect(verdict).to.contain('university_a')
    expect(new Set(events.map(({ id }) => id)).size).to.equal(events.length)
    const timesByTrace = new Map<string, number>()
    for (const { facts } of events) {
      if (facts.action !== 'transcript.read' || facts.traceId === undefined) continue
      timesByTrace.set(facts.traceId, (timesByTrace.get(facts.traceId) ?? 0) + 1)
    }
    const wrong = reader.acknowledged.filter((traceId) => timesByTrace.get(traceId) !== 1)
    expect(wrong, 'acknowledged reads that are not in the log exactly once').to.deep.equal([])
  })
})

interface Reader {
  /** Trace ids of the reads that were answered 200. */
  readonly acknowledged: readonly string[]
  readonly stop: () => Promise<void>
}

/** Reads one transcript after the other at academics' own door, where no retry of the gateway hides a loss. */
function startReading(appliance: Appliance, client: CampusClient): Reader {
  const acknowledged: string[] = []
  let running = true
  const address = `${appliance.url('academics')}/students/${client.account}/transcript`
  const headers = { authorization: `Bearer ${client.accessToken}` }
  const loop = (async () => {
    while (running) {
      const answer = await request(address, { headers }).catch(() => undefined)
      if (answer?.status === 200) acknowledged.push(answer.traceId)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    acknowledged,
    stop: () => {
      running = false
      return loop
    },
  }
}

async function component(appliance: Appliance, name: string): Promise<Component> {
  const response = await fetch(`${appliance.url('supervisor')}/status.json`)
  const { components } = (await response.json()) as { components: readonly Component[] }
  const found = components.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no component ${name}`)
  return found
}
