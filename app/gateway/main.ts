/** The gateway process: the one door clients come in by. */
import { environment, optionalText, portOf, text, file } from '../../lib/config.ts'
import { openCustody } from '../../lib/custody.ts'
import { runUntilSignal } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { proxyList } from './proxies.ts'
import { startGateway } from './server.ts'

async function start() {
  const { faroUrl, faroPort, keystore, passphraseFile, ...settings } = environment({
    ...serviceSettings('gateway'),
    usersPort: portOf('users'),
    academicsPort: portOf('academics'),
    bookingPort: portOf('booking'),
    faroPort: portOf('faro'),
    /** Where browsers send the portal's own telemetry. Default the collector of this machine. */
    faroUrl: optionalText('CAMPANILE_FARO_URL'),
    faroApiKey: optionalText('CAMPANILE_FARO_APP_KEY'),
    isTrustedProxy: proxyList('CAMPANILE_TRUSTED_PROXIES'),
    keystore: text('CAMPANILE_KEYSTORE_DIR'),
    passphraseFile: file('CAMPANILE_PASSPHRASE_FILE'),
  })
  const custody = await openCustody({ directory: keystore, passphraseFile })
  const [signing, csrf] = [await custody.rsaKey('access-token'), await custody.secret('csrf', 32)]
  return startGateway({
    settings: { ...settings, faroUrl: faroUrl ?? `http://127.0.0.1:${faroPort}/collect` },
    keys: { signing: [signing], csrf },
  })
}

process.exit(await runUntilSignal({ name: 'gateway', start }))
