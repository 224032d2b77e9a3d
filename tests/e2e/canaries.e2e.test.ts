import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { PortName } from '../../contracts/ports.ts'
import { compressedRuns } from '../support/compressed-runs.ts'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { findCanaries, makeCanaries, type Canary } from '../support/canaries.ts'
import { logIn, request, type CampusClient } from '../support/campus-client.ts'
import { eventually } from '../support/poll.ts'

const canaries = makeCanaries()
const scraped: readonly PortName[] = [
  'gateway',
  'users',
  'academics',
  'booking',
  'ledger',
  'exporter',
  'collectorTelemetry',
  'supervisor',
]

describe('fifty canaries through the doors of the appliance', () => {
  let appliance: Appliance
  before(async () => {
    appliance = await sharedAppliance()
  })

  it('are in no stored byte, no log file and no metric', async () => {
    const staff = await logIn(appliance, 'staff@university-a.example')
    const student = await logIn(appliance, 'student@university-a.example')
    const traces: string[] = []
    for (const canary of canaries) {
      await throughGateway(appliance, canary)
      expect(await throughBrowser(appliance, canary), 'Faro took the payload').to.equal(202)
      traces.push(await throughRecord(appliance, { staff, student: student.account, canary }))
    }
    // The control: these requests passed every check and were traced, so the fence had them in its hands.
    await eventually('the traces of the reads are stored', async () => {
      const found = await Promise.all(traces.map((traceId) => isStored(appliance, traceId)))
      return found.every(Boolean)
    })
    const marker = await lastRequest(appliance)
    // The collector joins files and takes old ones away: where one is gone that was listed, all are listed anew.
    const readAll = (name: string) =>
      eventually(`no file of ${name} goes away`, () => bytesBelow(join(appliance.home, name)))
    await eventually('the last request is on disk', async () =>
      (await readAll('collector')).includes(Buffer.from(marker, 'hex')),
    )
    expect(valuesIn(await readAll('collector')), 'store').to.deep.equal([])
    expect(valuesIn(await readAll('logs')), 'log files').to.deep.equal([])
    for (const name of scraped) {
      const page = await (await fetch(`${appliance.url(name)}/metrics`)).text()
      expect(valuesIn(page), `metrics of ${name}`).to.deep.equal([])
    }
    const logs = await (await fetch(`${appliance.url('query')}/api/logs?limit=1000`)).text()
    expect(valuesIn(logs), 'queried logs').to.deep.equal([])
  })
})

function valuesIn(bytes: Uint8Array | string): string[] {
  return findCanaries(bytes, canaries).map(({ value }) => value)
}

async function throughGateway(appliance: Appliance, { value }: Canary): Promise<void> {
  const encoded = encodeURIComponent(value)
  const headers = {
    'user-agent': value,
    referer: `http://127.0.0.1/${encoded}`,
    'x-access-reason': encoded,
    'x-request-id': value,
    authorization: `Bearer ${encoded}`,
    baggage: `student=${encoded}`,
    tracestate: 'campus=1',
  }
  const requests: readonly (readonly [PortName, string])[] = [
    ['gateway', `/api/users/directory?q=${encoded}`],
    ['academics', `/students/${encoded}/transcript?name=${encoded}`],
    ['users', `/accounts/${encoded}`],
    ['booking', `/bookings/available?date=${encoded}&room=${encoded}`],
    ['ledger', `/v1/subjects/${encoded}/${encoded}/accesses`],
  ]
  for (const [name, path] of requests) await answered(`${appliance.url(name)}${path}`, { headers })
  const body = JSON.stringify({ tenant: value, email: value, password: value })
  for (const [name, path] of [
    ['gateway', '/api/auth/login'],
    ['academics', '/calculate'],
  ] as const) {
    await answered(`${appliance.url(name)}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    })
  }
}

interface BreakGlass {
  readonly staff: CampusClient
  /** Account of the student whose record is read. */
  readonly student: string
  readonly canary: Canary
}

/** Reads a record with a reason that names somebody; answers the trace of the successful read. */
async function throughRecord(appliance: Appliance, { staff, student, canary }: BreakGlass): Promise<string> {
  const encoded = encodeURIComponent(`Checking what ${canary.value} asked the office today`)
  const address = `${appliance.url('academics')}/students/${student}/transcript?name=${encoded}`
  const headers = {
    authorization: `Bearer ${staff.accessToken}`,
    'x-access-reason': encoded,
    'user-agent': canary.value,
  }
  const answer = await request(address, { headers })
  expect(answer.status, 'the read with a reason').to.equal(200)
  return answer.traceId
}

async function isStored(appliance: Appliance, traceId: string): Promise<boolean> {
  return (await fetch(`${appliance.url('query')}/api/traces/${traceId}`)).ok
}

/** Answers the status of the collector. */
async function throughBrowser(appliance: Appliance, { value }: Canary): Promise<number> {
  const timestamp = '2026-11-21T03:00:00.000Z'
  const payload = {
    meta: {
      app: { name: 'portal' },
      user: { username: value, email: value },
      page: { url: `http://127.0.0.1/portal?student=${value}` },
    },
    logs: [{ message: `hello ${value}`, level: 'info', context: { student: value }, timestamp }],
    exceptions: [{ type: 'TypeError', value: `no ${value}`, timestamp }],
    events: [{ name: value, attributes: { student: value }, timestamp }],
  }
  return answered(`${appliance.url('faro')}/collect`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': appliance.read('secrets', 'faro-app.key').trim(),
    },
    body: JSON.stringify(payload),
  })
}

/** Sends a request under a trace of its own and answers the trace's id. */
async function lastRequest(appliance: Appliance): Promise<string> {
  const traceId = 'c0ffee0716cd43dd8448eb211c803199'
  const response = await fetch(`${appliance.url('booking')}/rooms`, {
    headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  })
  await response.arrayBuffer()
  return traceId
}

/** A refusal is as good as an answer here: what counts is what it leaves behind. */
async function answered(address: string, init: RequestInit): Promise<number> {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(60_000) })
  await response.arrayBuffer()
  return response.status
}

function bytesBelow(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Buffer.concat(
    files.flatMap((file) => {
      const bytes = readFileSync(join(file.parentPath, file.name))
      return [Buffer.from(file.name), bytes, ...compressedRuns(bytes)]
    }),
  )
}
