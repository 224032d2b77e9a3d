/**
 * The gateway process: the one door clients come in by. `node app/gateway/main.ts rotate-key` gives a running
 * gateway its next key of access tokens.
 */
import {
  ConfigError,
  describeFault,
  environment,
  optionalText,
  portOf,
  text,
  file,
} from '../../lib/config.ts'
import { openCustody } from '../../lib/custody.ts'
import { messageOf } from '../../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { proxyList } from './proxies.ts'
import { startGateway } from './server.ts'
import { addSigningKey, signingKeys } from './signing-keys.ts'

const keystoreSettings = {
  directory: text('CAMPANILE_KEYSTORE_DIR'),
  passphraseFile: file('CAMPANILE_PASSPHRASE_FILE'),
}

async function start() {
  const { faroUrl, faroPort, directory, passphraseFile, ...settings } = environment({
    ...serviceSettings('gateway'),
    usersPort: portOf('users'),
    academicsPort: portOf('academics'),
    bookingPort: portOf('booking'),
    faroPort: portOf('faro'),
    /** Where browsers send the portal's own telemetry. Default the collector of this machine. */
    faroUrl: optionalText('CAMPANILE_FARO_URL'),
    faroApiKey: optionalText('CAMPANILE_FARO_APP_KEY'),
    isTrustedProxy: proxyList('CAMPANILE_TRUSTED_PROXIES'),
    ...keystoreSettings,
  })
  const custody = await openCustody({ directory, passphraseFile })
  return startGateway({
    settings: { ...settings, faroUrl: faroUrl ?? `http://127.0.0.1:${faroPort}/collect` },
    keys: {
      signing: signingKeys({ directory, custody, nowMillis: Date.now }),
      csrf: await custody.secret('csrf', 32),
    },
  })
}

async function rotateKey(): Promise<ExitCode> {
  try {
    const { directory, passphraseFile } = environment(keystoreSettings)
    const custody = await openCustody({ directory, passphraseFile })
    console.log(`signing key ${await addSigningKey({ directory, custody })} added`)
    return 0
  } catch (error) {
    const isConfig = error instanceof ConfigError
    console.error(`gateway: ${isConfig ? error.faults.map(describeFault).join('\n  ') : messageOf(error)}`)
    return isConfig ? 2 : 1
  }
}

const [command = 'serve', ...rest] = process.argv.slice(2)
const commands: Readonly<Record<string, () => Promise<ExitCode>>> = {
  serve: () => runUntilSignal({ name: 'gateway', start }),
  'rotate-key': rotateKey,
}
const run = rest.length === 0 ? commands[command] : undefined
if (run === undefined) console.error('gateway: expected no command, serve or rotate-key')
process.exit(run === undefined ? 2 : await run())
