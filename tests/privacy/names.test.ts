/** Names of people in the form of names of programs, where a program may write a name and where a page may. */
import { expect } from 'chai'
import { attributes } from '../../contracts/attributes.ts'
import type { AttributeSpec } from '../../contracts/attributes/define.ts'
import { fenceFaroItem } from '../../privacy/faro.ts'
import { createFence } from '../../privacy/fence.ts'
import { testPseudonyms } from '../support/pseudonyms.ts'

const program = createFence({ policy: { mode: 'enforce' }, pseudonyms: testPseudonyms })
const page = createFence({ policy: { mode: 'enforce' }, pseudonyms: testPseudonyms, audience: 'browsers' })
const specs: [string, AttributeSpec][] = Object.entries(attributes)
const keysOf = (...shapes: readonly string[]) =>
  specs.filter(([, spec]) => 'shape' in spec && shapes.includes(spec.shape)).map(([key]) => key)

const hexOf = (value: string) => Buffer.from(value.replace('_', '')).toString('hex')

describe('a name of a person', () => {
  const written = ['Featherstone', 'FEATHERSTONE', 'Quillon_Featherstone', 'QuillonFeatherstone', 'Quillon.F']

  for (const value of written) {
    it(`does not pass as the name of a program, an error or a version where it is written ${value}`, () => {
      const keys = keysOf('word', 'version', 'error_type', 'uuid', 'hex', 'commit', 'language')
      expect(keys).to.include.members(['service.name', 'error.type', 'service.version', 'reason'])
      for (const key of keys) {
        for (const form of [
          value,
          `E${value}`,
          `1.${value}`,
          `1.0.0-${value}`,
          `v1+${value}.2`,
          `1.${hexOf(value)}`,
          hexOf(value),
        ])
          expect(program.attribute('span.attribute', key, form), `${key} ${form}`).to.equal(undefined)
      }
    })
  }

  it('does not pass as an error number, an environment, an operation of a database or a system', () => {
    for (const [key, value] of [
      ['code', 'EVANDER'],
      ['error.type', 'EISOLDE'],
      ['db.response.status_code', '1COSM'],
      ['deployment.environment.name', 'featherstone'],
      ['db.operation.name', 'QUILLON'],
      ['os.name', 'Quillon'],
      ['db.user', 'featherstone'],
      ['otel.scope.name', 'Quillon.Featherstone'],
    ] as const) {
      expect(program.attribute('span.attribute', key, value), key).to.equal(undefined)
    }
    expect(program.text('scope.name', 'Quillon.Featherstone')).to.equal('[redacted]')
    expect(program.text('scope.version', '1.Featherstone')).to.equal('[redacted]')
  })

  it('leaves what programs really write', () => {
    for (const [key, value] of [
      ['service.name', 'checkout-service'],
      ['code', 'EAI_AGAIN'],
      ['db.response.status_code', '42P01'],
      ['db.response.status_code', '0A000'],
      ['deployment.environment.name', 'staging'],
      ['db.operation.name', 'SELECT'],
      ['service.version', '1.45.0-beta.17'],
      ['service.version', '2.1.0-rc1+5114f85'],
      ['os.version', '5.15.0-1055-aws'],
      ['container.image.tags', '24.21.0-bookworm-slim'],
      ['otel.scope.name', '@opentelemetry/instrumentation-pg'],
      ['otel.scope.name', 'OpenTelemetry.Instrumentation.AspNetCore'],
      ['otel.scope.name', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'],
      ['code.function.name', 'Router.handle'],
    ] as const) {
      expect(program.attribute('span.attribute', key, value), value).to.equal(value)
    }
  })

  it('passes where the site declares it as the name of a program', () => {
    const words = ['CheckoutService', 'blue-green']
    const declared = createFence({ policy: { mode: 'enforce', words } })
    expect(declared.attribute('resource.attribute', 'service.name', 'CheckoutService')).to.equal(
      'CheckoutService',
    )
    expect(declared.attribute('resource.attribute', 'deployment.environment.name', 'blue-green')).to.equal(
      'blue-green',
    )
    expect(declared.attribute('resource.attribute', 'service.name', 'Checkout')).to.equal(undefined)
  })
})

describe('a page', () => {
  it('writes no name of its own under a key of programs, one lower-case word included', () => {
    for (const key of keysOf('word', 'identifier', 'package', 'hostname', 'error_type')) {
      for (const value of ['featherstone', 'quillon-featherstone', 'FeatherstoneError'])
        expect(page.attribute('log.attribute', key, value), key).to.equal(undefined)
    }
    expect(page.text('scope.name', 'featherstone')).to.equal('[redacted]')
    expect(page.attribute('span.attribute', 'fromRoute', '/featherstone/:id')).to.equal('/{id}/{id}')
  })

  it('writes under no key that browsers do not need', () => {
    for (const key of ['campus.tenant', 'reason', 'db.query.text', 'k8s.pod.name', 'audit.event_id', 'port'])
      expect(page.attribute('log.attribute', key, key === 'port' ? 80 : 'x'), key).to.equal(undefined)
  })

  it('still says what its own instrumentations say', () => {
    for (const [key, value] of [
      ['service.name', 'campus-portal'],
      ['deployment.environment.name', 'production'],
      ['telemetry.sdk.name', 'opentelemetry'],
      ['exception.type', 'TypeError'],
      ['faro.view', 'transcript'],
      ['initiatorType', 'fetch'],
      ['browser.name', 'Mobile Safari'],
      ['service.version', '0.1.0'],
      ['http.request.method', 'GET'],
      ['lcp', 1200],
    ] as const) {
      expect(page.attribute('log.attribute', key, value), key).to.equal(value)
    }
    const frame = { filename: 'http://localhost/assets/portal.js', function: 'render', lineno: 1, colno: 2 }
    const item = { type: 'exception', meta: {}, payload: { stacktrace: { frames: [frame] } } }
    expect(fenceFaroItem(page, item)).to.have.nested.property(
      'payload.stacktrace.frames[0].function',
      'render',
    )
  })
})
