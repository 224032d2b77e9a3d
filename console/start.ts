/** Builds the console from its settings. It needs none of the other processes to start or to run. */
import { join } from 'node:path'
import { startSdk, type Sdk } from '#sdk'
import type { Express } from 'express'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import { closeDoor, createDoor, listen } from '../lib/http.ts'
import type { Running } from '../lib/lifecycle.ts'
import { openAccounts } from './accounts/accounts.ts'
import { createAttempts } from './accounts/attempts.ts'
import { openDevices } from './accounts/devices.ts'
import { openPasswords } from './accounts/passwords.ts'
import { createSessions } from './accounts/sessions.ts'
import { bundlePages } from './bundle.ts'
import { readDashboards } from './dashboards.ts'
import { openInbox, type Inbox } from './inbox/inbox.ts'
import { openJournalFolder } from './inbox/journal-files.ts'
import { openJournal, type Journal } from './inbox/journal.ts'
import { findCaller } from './routes/caller.ts'
import { mountEnqueue } from './routes/enqueue.ts'
import { mountIncidents } from './routes/incidents.ts'
import { mountLogin } from './routes/login.ts'
import { securityHeaders } from './routes/origin.ts'
import { mountFiles, mountPages } from './routes/pages.ts'
import { mountPrometheus } from './routes/prometheus.ts'
import { mountSources } from './routes/sources.ts'
import { openShelf } from './runbooks/shelf.ts'
import type { ConsoleSettings } from './settings.ts'
import { ledgerAt } from './sources/ledger.ts'
import { postureAt } from './sources/posture.ts'
import { readPrivacy } from './sources/privacy.ts'
import { prometheusAt } from './sources/prometheus.ts'
import { tracesAt } from './sources/traces.ts'
import { shareStatus } from './status/share.ts'

export interface ConsoleProcess extends Running {
  readonly port: number
}

export interface ConsoleReplacements {
  /** Milliseconds since the epoch. Default the system clock. */
  readonly nowMillis?: () => number
}

const service = 'console'

/** Starts the console: it listens until `close`. */
export async function startConsole(
  settings: ConsoleSettings,
  { nowMillis = Date.now }: ConsoleReplacements = {},
): Promise<ConsoleProcess> {
  const { environment, otlpEndpoint, hmacKey } = settings
  const sdk = startSdk({ service, environment, otlpEndpoint, ...(hmacKey === undefined ? {} : { hmacKey }) })
  const onRejected = (code: RejectionCode) =>
    sdk.counter('http_requests_rejected_total').inc({ service, code })
  const app = createDoor({
    onRejected,
    onDefect: (error) => sdk.log.error('request failed', { error }),
    health: () => undefined,
    scrape: () => sdk.scrape(),
    traceId: () => sdk.traceId(),
  })
  sdk.instrument(app)
  const journal = await startJournal(settings, sdk)
  await mountAll(app, settings, { sdk, journal, nowMillis })
  closeDoor(app)
  const door = await listen(app, { port: settings.port, onRejected })
  sdk.log.info('service started', { port: door.port })
  return {
    port: door.port,
    close: async () => {
      await door.close()
      await journal.close()
      await sdk.shutdown()
    },
  }
}

async function startJournal({ state }: ConsoleSettings, sdk: Sdk): Promise<Journal> {
  const faults = sdk.counter('console_store_faults_total')
  return openJournal({
    files: await openJournalFolder(join(state, 'incidents')),
    onFault: (fault, count) => {
      faults.inc({ fault }, count)
      sdk.log.warn('inbox file damaged', { reason: fault })
    },
  })
}

interface Parts {
  readonly sdk: Sdk
  readonly journal: Journal
  readonly nowMillis: () => number
}

async function mountAll(app: Express, settings: ConsoleSettings, parts: Parts): Promise<void> {
  const { sdk, nowMillis } = parts
  const isSecure = settings.environment !== 'development'
  const sessions = createSessions()
  const inbox = startInbox(parts)
  const [bundle, passwords, devices, dashboards] = await Promise.all([
    bundlePages(),
    openPasswords(),
    openDevices(join(settings.state, 'device.key')),
    readDashboards(settings.dashboards, () =>
      sdk.log.warn('service starting', { reason: 'dashboard_invalid' }),
    ),
  ])
  const accounts = await openAccounts({
    path: join(settings.state, 'accounts.json'),
    first: settings.firstAccounts,
    passwords,
  })
  app.use(securityHeaders(isSecure))
  app.use('/api', (_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })
  mountEnqueue(app, { sdk, inbox, routingKey: settings.inboxKey, nowMillis })
  app.use(findCaller(sessions, nowMillis))
  const attempts = createAttempts()
  mountLogin(app, { sdk, accounts, attempts, devices, sessions, nowMillis, isSecure })
  mountIncidents(app, { inbox, mode: settings.hasPagerDuty ? 'copy' : 'stand-in', tokens: settings.tokens })
  mountReaders(app, settings, nowMillis)
  mountFiles(app, openShelf(settings.runbooks), dashboards)
  mountPages(app, bundle)
}

function startInbox({ sdk, journal, nowMillis }: Parts): Inbox {
  const gauge = sdk.gauge('console_incidents')
  const inbox = openInbox({
    journal,
    nowMillis,
    onMoved: (state) => {
      sdk.log.info(state === 'triggered' ? 'incident opened' : `incident ${state}`)
      count()
    },
  })
  const count = () => {
    for (const [state, items] of Object.entries(inbox.counts())) {
      // The keys are the states.
      gauge.set({ state: state as keyof ReturnType<Inbox['counts']> }, items)
    }
  }
  count()
  return inbox
}

function mountReaders(app: Express, settings: ConsoleSettings, nowMillis: () => number): void {
  const { ports, token } = settings
  const at = (port: number) => `http://127.0.0.1:${port}`
  const query = prometheusAt(at(ports.prometheus))
  mountPrometheus(app, at(ports.prometheus))
  mountSources(app, {
    status: shareStatus({ query, ports, nowMillis }),
    traces: tracesAt(at(ports.query)),
    ledger: ledgerAt(at(ports.ledger), token, nowMillis),
    privacy: () => readPrivacy(query, at(ports.collectorTelemetry)),
    posture: postureAt(at(ports.compliance), token),
  })
}
