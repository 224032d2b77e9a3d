/** Opens the ledger's door: which tokens it takes, what drills may switch, and where it listens. */
import type { Sdk } from '#sdk'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Custody } from '../lib/custody.ts'
import { createFaultBoard, type FaultBoard } from '../lib/faults.ts'
import { listen, type Listening } from '../lib/http.ts'
import { SignedTokens } from '../lib/signed-token.ts'
import type { DoorTls } from '../lib/tls.ts'
import type { TokenChecks } from '../lib/token.ts'
import { openDoor, type DoorParts } from './api/door.ts'
import { sealedBefore } from './api/sealed-route.ts'
import type { SealedLogs } from './sealed/start-sealed.ts'
import type { ServeSettings } from './settings.ts'

type MadeHere = 'accepted' | 'signedTokens' | 'tokenSeconds' | 'isRemote' | 'onRejected' | 'faults'

export interface StartDoorParts {
  readonly settings: ServeSettings
  readonly custody: Custody
  readonly sealed: SealedLogs | undefined
  /** What the routes are made of. */
  readonly routes: Omit<DoorParts, MadeHere>
}

/** Starts to answer. */
export async function startDoor({ settings, custody, sealed, routes }: StartDoorParts): Promise<Listening> {
  const { sdk } = routes
  const { port, place, tokenSeconds, origin, demo } = settings
  const onRejected = (code: RejectionCode) =>
    sdk.counter('http_requests_rejected_total').inc({ service: 'ledger', code })
  const signedTokens = new SignedTokens({
    keys: await custody.signingKeys('access-tokens'),
    name: `${origin}/ledger`,
    now: () => Date.now(),
  })
  const accepted = acceptedTokens(settings, (token) => signedTokens.verify(token))
  const faults = demo ? openFaults(sdk) : undefined
  const { host, isRemote } = place
  const app = openDoor({ ...routes, accepted, signedTokens, tokenSeconds, isRemote, onRejected, faults })
  const handler = sealedBefore(app, { accepted, sealed })
  return listen(handler, { port, host, onRejected, tls: tlsOf(sdk, place) })
}

/** Away from loopback a long-lived token is good for being exchanged, and for reading metrics. */
function acceptedTokens(
  { tokens, place }: Pick<ServeSettings, 'tokens' | 'place'>,
  verify: NonNullable<TokenChecks['verify']>,
): TokenChecks {
  const needsCertificate = place.clientCertificates !== 'none'
  return {
    tokens,
    verify,
    needsCertificate,
    ...(place.isRemote ? { longLivedScopes: ['metrics:read'] } : {}),
  }
}

function tlsOf(sdk: Sdk, { tls, clientCertificates }: ServeSettings['place']): DoorTls | undefined {
  if (tls === undefined) return undefined
  const expiry = sdk.gauge('tls_certificate_expiry_timestamp_seconds')
  return {
    files: tls,
    isClientRequired: clientCertificates === 'required',
    onLoaded: (notAfter) => {
      expiry.set({ service: 'ledger' }, notAfter / 1_000)
      sdk.log.info('certificate loaded', {})
    },
    onFailed: (error) => sdk.log.error('certificate refused', { error }),
  }
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
