import { expect } from 'chai'
import {
  choice,
  ConfigError,
  describeFault,
  environment,
  flag,
  home,
  integer,
  portOf,
  text,
  url,
} from '../../lib/config.ts'

const declaration = {
  database: url('CAMPANILE_DATABASE_URL', ['postgres:', 'postgresql:']),
  port: portOf('otlpHttp'),
  mode: choice('CAMPANILE_ENVIRONMENT', ['development', 'production'], 'development'),
  demo: flag('CAMPANILE_DEMO'),
  workers: integer('CAMPANILE_WORKERS', { min: 1, max: 8, fallback: 2 }),
}

function faultsOf(variables: NodeJS.ProcessEnv): string[] {
  try {
    environment(declaration, variables)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(describeFault)
    throw error
  }
  throw new Error('the configuration was accepted')
}

describe('environment', () => {
  it('gives defaults and typed values', () => {
    const config = environment(declaration, {
      CAMPANILE_DATABASE_URL: 'postgres://localhost/x',
      CAMPANILE_DEMO: '1',
    })
    expect(config).to.deep.equal({
      database: 'postgres://localhost/x',
      port: 4318,
      mode: 'development',
      demo: true,
      workers: 2,
    })
  })

  it('lists every fault at once, by variable', () => {
    const faults = faultsOf({
      CAMPANILE_DATABASE_URL: 'mysql://root:secret@db/x',
      CAMPANILE_PORT_OTLP_HTTP: '70000',
      CAMPANILE_ENVIRONMENT: 'prod',
      CAMPANILE_DEMO: 'yes',
      CAMPANILE_WORKERS: '2.5',
    })
    expect(faults).to.deep.equal([
      'environment CAMPANILE_DATABASE_URL: expected a url with postgres: or postgresql:, found mysql:',
      'environment CAMPANILE_PORT_OTLP_HTTP: expected a whole number from 0 to 65535, found "70000"',
      'environment CAMPANILE_ENVIRONMENT: expected one of development, production, found "prod"',
      'environment CAMPANILE_DEMO: expected 1 or 0, found "yes"',
      'environment CAMPANILE_WORKERS: expected a whole number from 1 to 8, found "2.5"',
    ])
  })

  it('never repeats a connection string, which may hold a password', () => {
    expect(faultsOf({ CAMPANILE_DATABASE_URL: 'mysql://root:secret@db/x' }).join()).not.to.contain('secret')
  })

  it('takes an empty variable for an absent one', () => {
    expect(() => environment({ name: text('NAME') }, { NAME: '' })).to.throw(ConfigError)
    expect(environment({ name: text('NAME', 'x') }, { NAME: '' })).to.deep.equal({ name: 'x' })
  })

  it('resolves the state folder', () => {
    expect(environment({ home }, { CAMPANILE_HOME: '/srv/campanile' }).home).to.equal('/srv/campanile')
  })
})
