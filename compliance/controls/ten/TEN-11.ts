/** Logs are asked for one tenant at a time; metrics say whose they are. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'scrape jobs label the tenant, and data sources of logs and traces send X-Scope-OrgID',
  'add a label tenant, and httpHeaderName1 X-Scope-OrgID with the tenant’s value',
)

const source = (jsonData: object) =>
  ({
    kind: 'grafana',
    type: 'datasource',
    attributes: {
      name: 'logs of north',
      type: 'loki',
      jsonData,
      secureJsonData: { httpHeaderValue1: 'north' },
    },
  }) as const
const job = (labels: object) =>
  ({
    kind: 'prometheus',
    type: 'scrape_job',
    attributes: { job_name: 'tenant-vm', static_configs: [{ targets: ['10.20.0.4:9100'], labels }] },
  }) as const

const machine: Control = {
  id: 'TEN-11',
  sources: ['prometheus', 'grafana'],
  page: {
    why: 'Logs say who did what. A data source that asks for all tenants shows the staff of one school the students of another.',
    good: [source({ httpHeaderName1: 'X-Scope-OrgID' }), job({ tenant: 'north' })],
    bad: [job({ team: 'platform' })],
  },
  applies: ({ kind, type }) =>
    (kind === 'prometheus' && type === 'scrape_job') || (kind === 'grafana' && type === 'datasource'),
  check: (resource) => (resource.kind === 'grafana' ? judgeSource(resource) : judgeJob(resource)),
}

export const control = withStatement(machine, 'nobody of one tenant can ask for logs or metrics of another')

function judgeSource(resource: Resource): Verdict {
  const type = attributeOf(resource, 'type')
  if (type?.known !== true) return judge.unknown(`its type ${type?.why ?? 'is not written'}`, type)
  if (!/^(loki|tempo|mimir|grafana-pyroscope-datasource)$/.test(textOf(type.value))) {
    return judge.notApplicable(`${textOf(type.value)} keeps no logs of tenants`)
  }
  const headers = childrenOf(resource, 'jsonData').filter((path) => /httpHeaderName\d+$/.test(path))
  const scoped = headers.find((path) => /^x-scope-orgid$/i.test(textOf(knownValueOf(resource, path))))
  if (scoped !== undefined) return judge.pass('it asks for one tenant', attributeOf(resource, scoped))
  return judge.unknown('who may ask it for whose logs is not written', type)
}

function judgeJob(resource: Resource): Verdict {
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  const name = textOf(knownValueOf(resource, 'job_name'))
  if (!/tenant/i.test(name)) return judge.notApplicable('it is no job of tenants')
  const labels = [...resource.attributes.keys()].filter(
    (path) =>
      /\.labels\.tenant(_id)?$/.test(path) ||
      (/relabel_configs\.\d+\.target_label$/.test(path) &&
        /^tenant(_id)?$/.test(textOf(knownValueOf(resource, path)))),
  )
  const [first] = labels
  if (first !== undefined) return judge.pass('it labels the tenant', attributeOf(resource, first))
  const isDiscovered = [...resource.attributes.keys()].some((path) => /_sd_configs(\.|$)/.test(path))
  return isDiscovered
    ? judge.unknown('what discovers its targets may label them')
    : judge.fail('nothing says whose its metrics are')
}
