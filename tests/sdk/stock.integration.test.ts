import { expect } from 'chai'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { eventually } from '../support/poll.ts'
import { startSink } from './otlp-sink.ts'

describe('a stock instrumentation beside the SDK', () => {
  it('records its spans through the SDK as children of the SDK’s, and not the export itself', async () => {
    const sink = await startSink()
    const child = fork(join(import.meta.dirname, 'fixtures/stock-process.ts'), [sink.endpoint], {
      env: { ...process.env, OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http' },
    })
    const parent = await eventually('the span of the SDK', () =>
      sink.spans.find(({ name }) => name === 'demo.scenario'),
    )
    const client = sink.spans.filter(({ kind }) => kind === 3)
    expect(client).to.have.length(1)
    expect(client[0]).to.include({ traceId: parent.traceId, parentSpanId: parent.spanId })
    child.kill('SIGKILL')
    await sink.close()
  })
})
