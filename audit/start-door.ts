/** Opens the ledger's door: which tokens it takes, what drills may switch, and where it listens. */
import type { Sdk } from '#sdk'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Custody } from '../lib/custody.ts'
import { createFaultBoard, type FaultBoard } from '../lib/faults.ts'
import { listen, type Listening } from '../lib/http.ts'
import { SignedTokens } from '../lib/signed-token.ts'
import type { TokenChecks } from '../lib/token.ts'
import { openDoor, type DoorParts } from './api/door.ts'
import { sealedBefore } from './api/sealed-route.ts'
import type { SealedLogs } from './sealed/start-sealed.ts'
import type { ServeSettings } from './settings.ts'

export interface StartDoorParts {
  readonly settings: ServeSettings
  readonly custody: Custody
  readonly sealed: SealedLogs | undefined
  /** What the routes are made of. */
  readonly routes: Omit<DoorParts, 'accepted' | 'signedTokens' | 'tokenSeconds' | 'onRejected' | 'faults'>
}

/** Starts to answer. */
export async function startDoor({ settings, custody, sealed, routes }: StartDoorParts): Promise<Listening> {
  const { sdk } = routes
  const { port, tokens, tokenSeconds, origin, demo } = settings
  const onRejected = (code: RejectionCode) =>
    sdk.counter('http_requests_rejected_total').inc({ service: 'ledger', code })
  const signedTokens = new SignedTokens({
    keys: await custody.signingKeys('access-tokens'),
    name: `${origin}/ledger`,
    now: () => Date.now(),
  })
  const accepted: TokenChecks = { tokens, verify: (token) => signedTokens.verify(token) }
  const faults = demo ? openFaults(sdk) : undefined
  const app = openDoor({ ...routes, accepted, signedTokens, tokenSeconds, onRejected, faults })
  return listen(sealedBefore(app, { accepted, sealed }), { port, onRejected })
}

/** Lets drills hold the ledger down for a while. */
function openFaults(sdk: Sdk): FaultBoard {
  const gauge = sdk.gauge('fault_active')
  gauge.set({ service: 'ledger', fault: 'audit-down' }, 0)
  return createFaultBoard({
    service: 'ledger',
    faults: ['audit-down'],
    onChange: ({ fault, active, seconds }) => {
      gauge.set({ service: 'ledger', fault }, active ? 1 : 0)
      if (seconds === undefined) sdk.log.warn('fault ended', { fault })
      else sdk.log.warn('fault switched on', { fault, timeoutMillis: seconds * 1_000 })
    },
  })
}
