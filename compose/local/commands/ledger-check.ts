/** What `audit fsck` is given to look into this house: the ledger's keystore and its database as one who reads. */
import { existsSync } from 'node:fs'
import { custodyEnvironment } from '../components/environment.ts'
import { databasePart } from '../components/postgres.ts'
import { homeAt } from '../home.ts'
import { choosePostgres } from '../postgres/choose.ts'
import { ensureSecrets } from '../secrets/ensure-secrets.ts'
import type { Settings } from '../settings.ts'

/** Builds the variables; none where there is no house: looking must not make one. */
export async function ledgerCheckEnvironment(settings: Settings): Promise<Record<string, string>> {
  const home = homeAt(settings.home)
  if (!existsSync(home.secrets)) return {}
  const secrets = await ensureSecrets(home, false)
  const choice = choosePostgres(settings)
  const { urlOf } = databasePart({ checkout: settings.checkout, home, secrets, choice })
  return {
    CAMPANILE_HOME: settings.home,
    CAMPANILE_READ_DATABASE_URL: urlOf('ledger_read'),
    ...custodyEnvironment({ settings, home }, 'ledger'),
  }
}
