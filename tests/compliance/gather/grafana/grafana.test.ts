import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import type { FileReader } from '../../../../compliance/gather/file-reader.ts'
import { dashboardReader } from '../../../../compliance/gather/grafana/dashboard.ts'
import { datasourceReader } from '../../../../compliance/gather/grafana/provisioning.ts'
import { settingsReader } from '../../../../compliance/gather/grafana/settings.ts'
import { sampleOf } from '../../../../compliance/gather/logs/log-sample.ts'
import { lokiReader } from '../../../../compliance/gather/loki/reader.ts'
import { flatten } from '../../../../compliance/gather/value.ts'
import { waiverReader } from '../../../../compliance/gather/waivers/reader.ts'

function read(reader: FileReader, file: string, text: string): readonly Resource[] {
  expect(reader.path.test(file)).to.equal(true)
  expect(reader.recognises?.(text) ?? true).to.equal(true)
  const { resources, faults } = reader.read(
    { file, bytes: new TextEncoder().encode(text) },
    { paths: [file], textOf: () => text },
  )
  expect(faults).to.deep.equal([])
  return resources
}

const board = (expr: string, type = 'prometheus') =>
  JSON.stringify(
    {
      uid: 'app',
      title: 'Application',
      schemaVersion: 42,
      panels: [
        { type: 'row', panels: [{ title: 'Errors', datasource: { type }, targets: [{ expr }] }] },
        { title: 'Text' },
      ],
    },
    null,
    2,
  )

describe('a dashboard', () => {
  const panelOf = (text: string) => read(dashboardReader, 'dashboards/app.json', text)[1]

  it('has its panels, also those in rows, with their queries and lines', () => {
    const resources = read(dashboardReader, 'dashboards/app.json', board('sum(rate(x[5m]))'))
    expect(resources.map(({ address }) => address)).to.deep.equal(['dashboard.app', 'panel.app.0'])
    // Asserted in the line above.
    const panel = resources[1] as Resource
    expect(knownValueOf(panel, 'targets.0.query.metrics')).to.deep.equal(['x'])
    expect(panel.position.startLine).to.be.greaterThan(5)
  })

  it('reads queries with variables of every kind', () => {
    for (const expr of [
      'sum by ($by) (rate(x{job=~"$job"}[$__rate_interval]))',
      'topk($n, x)',
      'increase(x[${range}])',
      'max_over_time(x[$__range:1m])',
      'x{a="${b:regex}"} > [[limit]]',
    ]) {
      // Asserted by the tests above.
      const panel = panelOf(board(expr)) as Resource
      expect(attributeOf(panel, 'targets.0.query')?.known, expr).to.equal(true)
      expect(knownValueOf(panel, 'targets.0.query.fault'), expr).to.equal(undefined)
    }
  })

  it('says what Prometheus would refuse, and judges no other language', () => {
    const wrong = panelOf(board('sum(rate(x))')) as Resource
    const logs = panelOf(board('{job="a"} |= "b"', 'loki')) as Resource
    expect(knownValueOf(wrong, 'targets.0.query.fault')).to.be.a('string')
    expect(attributeOf(logs, 'targets.0.query')).to.equal(undefined)
  })
})

describe('what stands round a dashboard', () => {
  it('is read: settings, data sources, Loki and waivers', () => {
    const [settings] = read(
      settingsReader,
      'etc/grafana.ini',
      '; note\n[auth.anonymous]\nenabled = true\n[security]\nadmin_password = $__file{/run/a}\n',
    )
    const [source] = read(
      datasourceReader,
      'provisioning/a.yaml',
      'apiVersion: 1\ndatasources:\n  - name: A\n    url: http://a\n',
    )
    const [loki] = read(
      lokiReader,
      'loki.yaml',
      'schema_config: {}\nlimits_config:\n  retention_period: 720h\n',
    )
    const [waiver] = read(
      waiverReader,
      'waivers.yaml',
      'waivers:\n  - control: CTR-05\n    granted: 2026-01-01\n    expires: 2026-01-31\n',
    )
    expect(settings?.attributes.get('auth_anonymous.enabled')).to.include({ value: 'true', startLine: 3 })
    expect(settings?.attributes.get('security.admin_password')).to.include({ known: false })
    expect(source?.attributes.get('url')).to.include({ value: 'http://a' })
    expect(loki?.attributes.get('limits_config.retention_period')).to.include({ value: '720h' })
    expect(waiver?.attributes.get('days')).to.include({ value: 30 })
  })
})

describe('a sample of a log', () => {
  it('counts what lines lack and hold, and keeps nothing of them', () => {
    const lines = [
      '{"time":"2026-01-01T00:00:00Z","level":"info","event":"started"}',
      '{"time":"2026-01-01T00:00:00Z","level":"info","route":"/me","traceId":"a","tenant":"north"}',
      'plain kim@campus.example',
    ]
    const attributes = flatten(sampleOf(lines.join('\n')), { file: 'a.log', startLine: 1, endLine: 1 })
    expect(attributes.get('lines')).to.deep.include({ value: 3 })
    expect(attributes.get('malformed')).to.deep.include({ value: 1 })
    expect(attributes.get('lacking')).to.deep.include({
      value: { time: 0, level: 0, request: 0, tenant: 0, user: 1 },
    })
    expect(attributes.get('personal.email')).to.deep.include({ value: 1 })
    expect(JSON.stringify([...attributes])).not.to.include('kim@')
  })
})
