import { expect } from 'chai'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { batchingOf } from '../../../collector/export/batch-plan.ts'

/** Works out what the exporter `otlp_http` does, with two pipelines of traces and one of logs before it. */
function batchingWith(queue: string) {
  const source = `
receivers: { otlp: { protocols: { http: } } }
processors:
  batch: { send_batch_size: 100, send_batch_max_size: 150, timeout: 2s }
  batch/later: { send_batch_size: 7 }
exporters:
  otlp_http: { endpoint: 'http://127.0.0.1:1', sending_queue: ${queue} }
service:
  pipelines:
    traces/first: { receivers: [otlp], exporters: [otlp_http] }
    traces: { receivers: [otlp], processors: [batch/later, batch], exporters: [otlp_http] }
    logs: { receivers: [otlp], exporters: [otlp_http] }
`
  const { plan } = parseCollectorConfig(source, 'batches.yaml', {})
  const [exporter] = plan.exporters
  if (exporter?.type !== 'otlp_http') throw new Error('found no exporter')
  return batchingOf(plan, exporter.id, exporter.settings.sendingQueue)
}

describe('batches of an exporter', () => {
  it('are those of the last batch processor before it, for each signal', () => {
    expect(batchingWith('{}')).to.deep.equal({
      traces: { minSize: 100, maxSize: 150, sizer: 'items', flushMillis: 2_000 },
    })
  })

  it('are its own for all signals where it has any', () => {
    const own = { minSize: 8_192, maxSize: 0, sizer: 'items', flushMillis: 200 }
    expect(batchingWith('{ batch: {} }')).to.deep.equal({ traces: own, logs: own, metrics: own })
  })

  it('count what the queue counts, unless that is requests', () => {
    const sizers = [
      '{ sizer: bytes, queue_size: 10000, batch: {} }',
      '{ sizer: requests, batch: {} }',
      '{ sizer: requests, batch: { sizer: bytes } }',
    ].map((queue) => batchingWith(queue).logs?.sizer)
    expect(sizers).to.deep.equal(['bytes', 'items', 'bytes'])
  })
})
