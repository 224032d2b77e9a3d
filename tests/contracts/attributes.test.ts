import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { expect } from 'chai'
import { shapes, templates } from '../../contracts/attributes/define.ts'
import { attributes } from '../../contracts/attributes.ts'
import { logEvents } from '../../contracts/log-events.ts'
import { telemetryMetrics } from '../../contracts/metrics/telemetry.ts'
import { places } from '../../privacy/place.ts'
import { rules } from '../../privacy/rule.ts'

const conventional: ReadonlySet<unknown> = new Set(Object.values(conventions))
/** Namespaces whose names OpenTelemetry owns. */
const owned =
  /^(?:http|url|network|server|client|user_agent|tls|dns|db|rpc|messaging|service|telemetry|host|os|process|container|k8s|cloud|thread|code|error|exception|otel|user|session|enduser|browser)\./
/** Names that instrumentations send and no convention has, with who sends them. */
const unconventional: ReadonlySet<string> = new Set([
  'http.status_text', // @opentelemetry/instrumentation-http
  'db.postgresql.plan', // @opentelemetry/instrumentation-pg
  'db.postgresql.idle.timeout.millis',
  'db.postgresql.max.client',
  'db.postgresql.values',
  'browser.name', // faro
  'browser.version',
])

describe('attributes', () => {
  it('spells every key in a namespace of OpenTelemetry as the conventions do', () => {
    const strange = Object.keys(attributes).filter(
      (key) => owned.test(key) && !conventional.has(key) && !unconventional.has(key),
    )
    expect(strange).to.deep.equal([])
  })

  it('bounds every value', () => {
    for (const [key, spec] of Object.entries(attributes)) {
      if ('maxLength' in spec) expect(spec.maxLength, key).to.be.within(1, 8_192)
      if ('maximum' in spec) expect(spec.maximum, key).to.be.above(spec.minimum)
      if ('values' in spec) expect(new Set<string>(spec.values).size, key).to.equal(spec.values.length)
    }
  })

  it('uses every shape and template but the span name, which is a place of its own', () => {
    const used = new Set<string>(
      Object.values(attributes).map((spec) =>
        'shape' in spec ? spec.shape : 'template' in spec ? spec.template : '',
      ),
    )
    expect([...shapes, ...templates].filter((name) => !used.has(name))).to.deep.equal(['span_name'])
  })

  it('lets no e-mail, address or message key be safe', () => {
    for (const key of [
      'user.email',
      'user.name',
      'client.address',
      'url.query',
      'http.client_ip',
      'db.connection_string',
    ] as const) {
      expect(attributes[key].class, key).to.equal('personal')
    }
    expect(attributes['enduser.id'].class).to.equal('join')
  })

  it('counts in no more rules and places than the metric has room for', () => {
    const { rule, place } = telemetryMetrics.privacy_redactions_total.labels
    expect(rules.length).to.be.at.most(rule.budget)
    expect(places.length).to.be.at.most(place.budget)
  })
})

describe('log events', () => {
  it('are constants without digits, addresses or capital letters', () => {
    expect(new Set<string>(logEvents).size).to.equal(logEvents.length)
    for (const event of logEvents) {
      if (event.startsWith('faro.')) continue
      expect(event).to.match(/^[a-z][a-z_ -]{1,60}$/)
    }
  })
})
