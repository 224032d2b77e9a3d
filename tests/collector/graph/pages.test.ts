/** Which span metrics a page shows as they are. */
import { expect } from 'chai'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { directPages } from '../../../collector/graph/pages.ts'

const pagesOf = (pipelines: string) => {
  const source = `
receivers: { otlp: { protocols: { http: } } }
processors:
  batch:
  resource: { attributes: [{ action: delete, key: a }] }
connectors: { span_metrics: , span_metrics/other: , count: }
exporters: { prometheus: { endpoint: '127.0.0.1:0' }, nop: }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [span_metrics, span_metrics/other, count] }
${pipelines}`
  return Object.fromEntries(directPages(parseCollectorConfig(source, 'a.yaml', {}).plan))
}
const rest = '    metrics/rest: { receivers: [span_metrics, span_metrics/other, count], exporters: [nop] }'

describe('the pages of span metrics', () => {
  it('show what one connector counts, beside whatever else they show', () => {
    const pipeline =
      '    metrics: { receivers: [count, span_metrics], processors: [batch], exporters: [prometheus] }'
    expect(pagesOf(`${pipeline}\n${rest}`)).to.deep.equal({ prometheus: 'span_metrics' })
  })

  it('show nothing as it is where processors change it', () => {
    const pipeline =
      '    metrics: { receivers: [span_metrics], processors: [resource], exporters: [prometheus] }'
    expect(pagesOf(`${pipeline}\n${rest}`)).to.deep.equal({})
  })

  it('show nothing as it is of two connectors, whose names would be the same', () => {
    const pipelines = `    metrics: { receivers: [span_metrics], exporters: [prometheus] }
    metrics/other: { receivers: [span_metrics/other], exporters: [prometheus] }`
    expect(pagesOf(`${pipelines}\n${rest}`)).to.deep.equal({})
  })
})
