/** The real ledger for a campus of the tests: its process, the tokens of the four services, one database for all. */
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppService } from '../../../app/door/authenticate.ts'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import { makeHome, startLedger } from '../../audit/ledger-process.ts'
import type { CampusOptions } from '../gateway/campus.ts'

export interface CampusLedger {
  readonly parts: NonNullable<CampusOptions['ledger']>
  /** Stops it and drops the database; the campus is stopped first. */
  readonly stop: () => Promise<void>
}

/** Starts `node audit/main.ts serve`; it accepts of each service what the appliance lets it. */
export async function startCampusLedger(): Promise<CampusLedger> {
  const home = await makeHome()
  const token = () => randomBytes(24).toString('base64url')
  const tokens = { users: token(), academics: token(), booking: token(), gateway: token() }
  const accepted = (Object.keys(tokens) as AppService[]).map((name): ServiceToken => ({
    name,
    sha256: createHash('sha256').update(tokens[name]).digest('hex'),
    scopes: name === 'academics' ? ['events:write', 'subjects:read'] : ['events:write'],
    tenants: ['*'],
  }))
  writeFileSync(join(home.folder, 'accepted.json'), JSON.stringify(accepted))
  const ledger = await startLedger(home)
  return {
    parts: { port: ledger.port, tokens, database: home.database },
    stop: async () => {
      await ledger.stop()
      await home.remove()
    },
  }
}
