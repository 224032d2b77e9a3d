/** Puts the scanner together: history, spool, schedule and door. */
import { join } from 'node:path'
import { startSdk, type Relay, type Sdk, type Spool } from '#sdk'
import { schedule } from 'node-cron'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Posture } from '../contracts/posture.ts'
import { listen } from '../lib/http.ts'
import { ledgerDoorOf } from '../lib/ledger-door.ts'
import type { Running } from '../lib/lifecycle.ts'
import { openDoor } from './api/door.ts'
import { makeBundle } from './bundle/make-bundle.ts'
import { sha256Of } from './bundle/statement.ts'
import { joinControls, readChecklist } from './checklist.ts'
import { controls } from './controls/all.ts'
import { scanEvent } from './deliver/scan-event.ts'
import { publishPosture } from './gauges.ts'
import { gather } from './gather/gather.ts'
import { sourcesGiven } from './gather/sources-given.ts'
import { exportPosture } from './hub/export.ts'
import { startHubSender, type HubSender } from './hub/sender.ts'
import { openHistory, type History } from './history/history.ts'
import { withDoorsFile } from './doors-file.ts'
import { attestationsAt, databasesAt, doorsAt, metricsAt, probesAt } from './live-sources.ts'
import { scanForEvidence } from './scan.ts'
import { parametersAt } from './parameters-file.ts'
import type { ServeSettings } from './settings.ts'
import { openPast } from './start-past.ts'
import { waitForDoors } from './wait-for-doors.ts'
import { readWaivers } from './waivers.ts'

const service = 'compliance'
/** Most resources of an item named in a kept report though nothing is wrong with them. */
const settledLimit = 100

/** Starts the scanner: it scans once the house answers, then by its schedule, until `close`. */
export async function startCompliance(settings: ServeSettings): Promise<Running & { readonly port: number }> {
  // What is wrong in them stops the start; each scan reads them anew.
  readRules(settings)
  const sdk = startTelemetry(settings)
  let told: Date | undefined
  const history = await openHistory({
    folder: join(settings.state, 'scans'),
    ...(settings.historyUrl === undefined ? {} : { toldUntil: () => told }),
    onFault: () => sdk.log.warn('scan failed', { reason: 'history_unreadable' }),
  })
  const before = history.latest()
  if (before === undefined) sdk.gauge('compliance_scan_timestamp_seconds').set({}, 0)
  else publishPosture(sdk, before)
  const { spool, relay } = await startSpool(sdk, settings, before)
  const hub = startHub(sdk, settings)
  const past = openPast({ sdk, url: settings.historyUrl, history, onTold: (until) => (told = until) })
  const scanNow = oneAtATime(async () => {
    const posture = await scanAndTell({ sdk, history, spool, settings })
    hub?.tell(posture)
    past?.wake()
    return posture
  })
  const onRejected = (code: RejectionCode) =>
    sdk.counter('http_requests_rejected_total').inc({ service, code })
  const app = openDoor({
    sdk,
    tokens: settings.tokens,
    latest: history.latest,
    scanNow,
    store: past?.store,
    onRejected,
  })
  const door = await listen(app, { port: settings.port, onRejected })
  // What was kept while the database was away.
  past?.wake()
  const stopping = new AbortController()
  const first = scanFirst(settings, stopping.signal, scanNow)
  // What a scan could not do is counted and logged where it happened.
  const nightly = schedule(settings.schedule, () => scanNow()?.catch(() => undefined), {
    timezone: 'UTC',
    maxRandomDelay: settings.jitterSeconds * 1_000,
  })
  sdk.log.info('service started', { port: door.port })
  return {
    port: door.port,
    close: async () => {
      stopping.abort()
      await nightly.destroy()
      await door.close()
      await first
      await scanNow.settled()
      await hub?.close()
      await relay.stop()
      await spool.close()
      await past?.close()
      await sdk.shutdown()
    },
  }
}

/**
 * What a scan is made of: what somebody waives, signs or expects holds from the next scan on, and no longer than it
 * stands in its file.
 *
 * @throws ConfigError or ComplianceError when checklist, controls or waivers are wrong
 */
function readRules(settings: ServeSettings) {
  const checklist = readChecklist()
  const measured = joinControls(checklist, controls)
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const waivers = readWaivers(settings.waivers, { severities, nowMillis: Date.now() })
  const { prometheusUrl, prometheusToken: token, prometheusCaFile: caFile } = settings
  const live = {
    databases: databasesAt(settings.databaseUrl),
    doors: withDoorsFile(doorsAt(settings.doors), settings.doorsFile),
    probes: probesAt(settings.probeUrl),
    metrics: metricsAt(prometheusUrl, { token, caFile }),
    ...attestationsAt(settings.attestations, checklist),
    ...parametersAt(settings.parameters),
  }
  return { measured, waivers, scope: sourcesGiven(live), gather: () => gather(settings.paths, live) }
}

function startTelemetry(settings: ServeSettings): Sdk {
  const { environment, otlpEndpoint, hmacKey } = settings
  const { tls } = ledgerDoorOf(settings)
  const given = { service, environment, otlpEndpoint, tls } as const
  const sdk = startSdk({ ...given, ...(hmacKey === undefined ? {} : { hmacKey }) })
  const scans = sdk.counter('compliance_scans_total')
  for (const outcome of ['success', 'failure'] as const) scans.inc({ outcome }, 0)
  return sdk
}

/**
 * Opens the spool of the scans' events and carries them to the ledger. A kill between a report and its event leaves the
 * event out: it follows from the report, and is written now unless it is the last that was.
 */
async function startSpool(
  sdk: Sdk,
  settings: ServeSettings,
  last: Posture | undefined,
): Promise<{ readonly spool: Spool; readonly relay: Relay }> {
  const { state, token } = settings
  const spool = await sdk.audit.openSpool({ folder: join(state, 'spool') })
  const event = last === undefined ? undefined : scanEvent(last)
  if (event !== undefined && spool.lastRecorded(event.tenant) !== event.id) await spool.record(event)
  const relay = sdk.audit.startRelay({ spool, ledgerUrl: ledgerDoorOf(settings).url, token })
  return { spool, relay }
}

/** Tells Security Hub of each scan, where an account and a region are set. */
function startHub(sdk: Sdk, { securityHub: account, state }: ServeSettings): HubSender | undefined {
  if (account === undefined) return undefined
  const failures = sdk.counter('compliance_export_failures_total')
  failures.inc({ sink: 'security_hub' }, 0)
  return startHubSender({
    send: (posture, signal) =>
      exportPosture(posture, { account, state: join(state, 'security-hub.json'), signal }),
    onSent: ({ accepted, refused, waiting }) => {
      sdk.log.info('scan exported', { items: accepted })
      if (refused + waiting > 0) failures.inc({ sink: 'security_hub' })
    },
    onFailure: (error) => {
      failures.inc({ sink: 'security_hub' })
      sdk.log.error('export failed', { error })
    },
  })
}

interface ScanJob {
  readonly sdk: Sdk
  readonly history: History
  readonly spool: Spool
  readonly settings: ServeSettings
}

async function scanAndTell({ sdk, history, spool, settings }: ScanJob): Promise<Posture> {
  const scans = sdk.counter('compliance_scans_total')
  sdk.log.info('scan started')
  try {
    const parts = readRules(settings)
    const previous = history.latest()
    const scanned = await scanForEvidence({
      ...parts,
      failingSince: history.failingSince(),
      settledLimit,
      nowMillis: Date.now,
      ...(previous === undefined ? {} : { previous }),
    })
    const bundle = await makeBundle({ ...scanned, ...parts })
    const posture = { ...scanned.posture, bundle: sha256Of(bundle) }
    await history.keep(posture, { failingSince: scanned.failingSince(), bundle })
    await spool.record(scanEvent(posture))
    publishPosture(sdk, posture)
    scans.inc({ outcome: 'success' })
    sdk.log.info('scan finished', { items: posture.items.length, elapsedMillis: posture.durationMillis })
    return posture
  } catch (error) {
    scans.inc({ outcome: 'failure' })
    sdk.log.error('scan failed', { error })
    throw error
  }
}

interface OneAtATime<T> {
  /** Starts the work; undefined while it is under way. */
  (): Promise<T> | undefined
  /** Resolves when nothing is under way, whatever came of it. */
  readonly settled: () => Promise<void>
}

function oneAtATime<T>(work: () => Promise<T>): OneAtATime<T> {
  let running: Promise<T> | undefined
  const start = () => {
    if (running !== undefined) return undefined
    running = work().finally(() => {
      running = undefined
    })
    return running
  }
  return Object.assign(start, {
    settled: async () => {
      await running?.catch(() => undefined)
    },
  })
}

/** The first scan would find closed doors while the house is still starting. */
async function scanFirst(
  { doors, doorWaitSeconds }: ServeSettings,
  signal: AbortSignal,
  scanNow: () => Promise<Posture> | undefined,
): Promise<void> {
  await waitForDoors({ ports: Object.values(doors), timeoutMillis: doorWaitSeconds * 1_000, signal })
  // What a scan could not do is counted and logged where it happened.
  if (!signal.aborted) await scanNow()?.catch(() => undefined)
}
