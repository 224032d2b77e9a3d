/** Ids of demo rows: accounts as the users service names them, everything else from its kind and name. */
import { accountId } from '../door/account-id.ts'
import type { Ids } from './domain/plan.ts'

/** Makes ids that are the same on every run. Things live under a reserved domain, where no account can be. */
export const demoIds: Ids = {
  account: accountId,
  thing: (kind, name) => accountId(`${name}@${kind}.invalid`),
}
