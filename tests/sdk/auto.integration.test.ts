import { expect } from 'chai'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { eventually } from '../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'

const auto = pathToFileURL(join(import.meta.dirname, '../../sdk/auto.ts')).href

describe('sdk/auto on an unmodified app', () => {
  let database: TestDatabase
  let sink: OtlpSink
  let child: ChildProcess
  let port: number
  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    sink = await startSink()
    child = fork(join(import.meta.dirname, 'fixtures/legacy-app.mjs'), [database.url('superuser')], {
      execArgv: ['--import', auto],
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, OTEL_SERVICE_NAME: 'legacy' },
    })
    const [message] = (await once(child, 'message')) as [{ port: number }]
    port = message.port
  })
  after(async () => {
    child.kill('SIGKILL')
    await database.drop()
    await sink.close()
  })

  it('traces requests by route and statements beneath them, through the fence', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await fetch(`http://127.0.0.1:${port}/students/lovelace?email=ada@example.com`, {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'user-agent': 'Ada Lovelace' },
    })
    const server = await eventually('the server span', () =>
      sink.spans.find(({ attributes, kind }) => kind === 2 && attributes['http.route'] === '/students/:id'),
    )
    expect(server).to.include({ traceId, parentSpanId: 'b7ad6b7169203331', name: 'GET /students/:id' })
    const query = await eventually('the query span', () =>
      sink.spans.find((span) => span.traceId === traceId && span.name.startsWith('pg.query')),
    )
    expect(query.kind).to.equal(3)
    const bytes = Buffer.concat(sink.bodies).toString('latin1')
    for (const canary of ['lovelace', 'Lovelace', 'ada@example.com']) expect(bytes).not.to.contain(canary)
  })

  it('leaves the app to die of SIGTERM as it would without it', async () => {
    child.kill('SIGTERM')
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).to.equal('SIGTERM')
  })
})
