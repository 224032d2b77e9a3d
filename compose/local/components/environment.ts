/** What each child is given: a short list of variables, nothing inherited by accident, no secret of another. */
import { resolve } from 'node:path'
import { portVariable, type PortName } from '../../../contracts/ports.ts'
import type { Home } from '../home.ts'
import type { Settings } from '../settings.ts'
import { hmacKeyFile, inboxKeyFile, keystoreOf, type KeyHolder } from '../secrets/ensure-secrets.ts'

/** Variables of the operator that every child may see. */
const inherited = ['HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS']

export interface ChildContext {
  readonly settings: Settings
  readonly home: Home
  readonly demo: boolean
}

/** Builds what all children get. */
export function baseEnvironment({ settings }: ChildContext): Record<string, string> {
  const given = inherited.flatMap((name) => {
    const value = settings.variables[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(given), PATH: settings.path }
}

/** Builds what our own Node processes get: settings of the operator, ports, where telemetry goes. */
export function nodeEnvironment(context: ChildContext): Record<string, string> {
  const { settings, home, demo } = context
  // Object.entries of a record of all port names.
  const ports = Object.entries(settings.ports) as [PortName, number][]
  const own = Object.entries(settings.variables).filter(
    (entry): entry is [string, string] => entry[0].startsWith('CAMPANILE_') && entry[1] !== undefined,
  )
  return {
    ...baseEnvironment(context),
    ...Object.fromEntries(own.map(([name, value]) => [name, absolute(name, value)])),
    ...Object.fromEntries(ports.map(([name, port]) => [portVariable(name), String(port)])),
    NODE_ENV: 'production',
    // Compiled code of the last start: on two cores a dozen processes start in half the time, and none of them
    // loads the compiler that turns TypeScript into JavaScript, 15 to 20 MB each. `campanile` names a folder of
    // the checkout, which outlives the home's data.
    NODE_COMPILE_CACHE: settings.variables['NODE_COMPILE_CACHE'] ?? home.compileCache,
    // glibc opens up to eight heaps per core and returns none of them; a Node process has ten threads.
    MALLOC_ARENA_MAX: '2',
    CAMPANILE_HOME: home.root,
    CAMPANILE_ENVIRONMENT: settings.environment,
    CAMPANILE_DEMO: demo ? '1' : '0',
    OTEL_EXPORTER_OTLP_ENDPOINT:
      settings.variables['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? `http://127.0.0.1:${settings.ports.otlpHttp}`,
  }
}

/** A path is relative to where the command was typed; the children run in the checkout. */
function absolute(name: string, value: string): string {
  return /_(FILE|DIR)$/.test(name) && value !== '' ? resolve(value) : value
}

/** Names the keystore of a process and what opens it. */
export function custodyEnvironment(
  { settings, home }: Pick<ChildContext, 'settings' | 'home'>,
  holder: KeyHolder,
): Record<string, string> {
  const { directory, passphraseFile } = keystoreOf(home, holder)
  return {
    CAMPANILE_KEYSTORE_DIR: directory,
    CAMPANILE_PASSPHRASE_FILE: passphraseFile,
    ...(holder === 'ledger' ? backendEnvironment(settings) : {}),
  }
}

/** What KMS and modules of tokens read themselves, by the setting that asks for it; only the ledger gets it. */
const backendVariables: readonly (readonly [string, RegExp])[] = [
  ['CAMPANILE_KMS_KEY_ID', /^AWS_/],
  ['CAMPANILE_PKCS11_MODULE', /^(?:SOFTHSM2_CONF|YUBIHSM_PKCS11_CONF|TPM2_PKCS11_STORE)$/],
]

function backendEnvironment({ variables }: Settings): Record<string, string> {
  const wanted = backendVariables.filter(([setting]) => variables[setting] !== undefined)
  const own = Object.entries(variables).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && wanted.some(([, pattern]) => pattern.test(entry[0])),
  )
  return Object.fromEntries(own)
}

/** Names the key for join keys. */
export function hmacEnvironment(home: Home): Record<string, string> {
  return { CAMPANILE_HMAC_KEY_FILE: hmacKeyFile(home) }
}

/** Names the key of the alert inbox, and how often the heartbeat expects the Watchdog. */
export function inboxEnvironment({ home, settings }: ChildContext): Record<string, string> {
  const given = settings.variables['CAMPANILE_HEARTBEAT_INTERVAL_SECONDS']
  return {
    CAMPANILE_INBOX_KEY_FILE: inboxKeyFile(home),
    CAMPANILE_HEARTBEAT_INTERVAL_SECONDS: given ?? String(Math.max(1, Math.round(60 / settings.timeScale))),
  }
}
