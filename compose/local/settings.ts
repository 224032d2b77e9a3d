/** What the command is given: environment in, checked once; everything below takes these values. */
import { resolve } from 'node:path'
import { ports, portVariable, type PortName } from '../../contracts/ports.ts'
import {
  choice,
  ConfigError,
  environment,
  home,
  integer,
  optionalText,
  text,
  type Setting,
} from '../../lib/config.ts'

export const postgresKinds = ['auto', 'url', 'system', 'embedded'] as const
export type PostgresKind = (typeof postgresKinds)[number]

export type Ports = Readonly<Record<PortName, number>>

export interface Settings {
  /** Root of the checkout. */
  readonly checkout: string
  readonly home: string
  readonly ports: Ports
  readonly environment: 'development' | 'staging' | 'production'
  /** Which PostgreSQL to use; `auto` takes DATABASE_URL, else the system's, else the one from npm. */
  readonly postgres: PostgresKind
  /** `DATABASE_URL`: a database whose user may create roles. */
  readonly databaseUrl: string | undefined
  /** Where Debian packages are extracted; default `packages/` of the home. */
  readonly packagesDirectory: string
  readonly path: string
  /** Divides the waits of alerts, for drills; 1 means real time. */
  readonly timeScale: number
  /** Time for an orderly stop of everything, 1–600; what is left then is killed. */
  readonly stopSeconds: number
  /** The environment as it was given, from which children get the few variables they may have. */
  readonly variables: NodeJS.ProcessEnv
}

const checkout = resolve(import.meta.dirname, '../..')

/**
 * Reads the settings of every command.
 *
 * @throws ConfigError with every fault at once
 */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  // The command may be typed anywhere; without a setting its state stays with the checkout.
  const given =
    process.getuid?.() === 0 ? variables : { CAMPANILE_HOME: `${checkout}/.campanile`, ...variables }
  const names = Object.keys(ports) as PortName[] // Object.keys of a literal gives its own keys
  const portSettings = Object.fromEntries(names.map((name) => [`port:${name}`, fixedPort(name)])) as Readonly<
    Record<`port:${PortName}`, Setting<number>>
  > // one per name
  const values = environment(
    {
      home,
      environment: choice('CAMPANILE_ENVIRONMENT', ['development', 'staging', 'production'], 'development'),
      postgres: choice('CAMPANILE_POSTGRES', postgresKinds, 'auto'),
      databaseUrl: postgresUrl('DATABASE_URL'),
      packages: optionalText('CAMPANILE_PACKAGES_DIR'),
      timeScale: integer('CAMPANILE_TIME_SCALE', { min: 1, max: 600, fallback: 1 }),
      stopSeconds: integer('CAMPANILE_STOP_SECONDS', { min: 1, max: 600, fallback: 10 }),
      path: text('PATH', '/usr/local/bin:/usr/bin:/bin'),
      ...portSettings,
    },
    given,
  )
  if (values.postgres === 'url' && values.databaseUrl === undefined) {
    throw new ConfigError([
      { source: 'environment', key: 'DATABASE_URL', expected: 'a url, because CAMPANILE_POSTGRES is url' },
    ])
  }
  if (values.timeScale > 1 && values.environment === 'production') {
    throw new ConfigError([
      {
        source: 'environment',
        key: 'CAMPANILE_TIME_SCALE',
        expected: '1 in production: alerts keep their real waits',
      },
    ])
  }
  return {
    checkout,
    home: values.home,
    ports: Object.fromEntries(names.map((name) => [name, values[`port:${name}`]])) as Ports, // one per name
    environment: values.environment,
    postgres: values.postgres,
    databaseUrl: values.databaseUrl,
    packagesDirectory: resolve(values.packages ?? `${values.home}/packages`),
    path: values.path,
    timeScale: values.timeScale,
    stopSeconds: values.stopSeconds,
    variables,
  }
}

/** A port that is known beforehand: other processes are told it, so the system may not choose. */
function fixedPort(name: PortName): Setting<number> {
  return integer(portVariable(name), { min: 1, max: 65_535, fallback: ports[name] })
}

function postgresUrl(variable: string): Setting<string | undefined> {
  return {
    variable,
    read: (value) => {
      if (value === undefined) return undefined
      const protocol = URL.canParse(value) ? new URL(value).protocol : undefined
      // The value may hold a password, so it is not repeated.
      if (protocol !== 'postgresql:' && protocol !== 'postgres:') throw new Error('a url with postgresql:')
      return value
    },
  }
}
