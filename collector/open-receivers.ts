/** Opens the doors through which telemetry comes in. */
import type winston from 'winston'
import { listen } from '../lib/http.ts'
import type { Appliance } from './config/appliance.ts'
import type { Plan, PlannedOf } from './config/plan.ts'
import * as settings from './config/settings.ts'
import { CollectorError } from './errors.ts'
import type { Intake } from './graph/intake.ts'
import type { LoadSignal } from './graph/load.ts'
import { logDefect } from './log-defect.ts'
import { countPoints } from './process/metric-model.ts'
import type { Admission } from './receive/admission.ts'
import { reasonOf } from './receive/door.ts'
import { createFaroReceiver } from './receive/faro.ts'
import { listenGrpc } from './receive/grpc-server.ts'
import { createGrpcReceiver } from './receive/otlp-grpc.ts'
import { createOtlpReceiver } from './receive/otlp-http.ts'
import { Scraper } from './receive/scrape/scraper.ts'
import type { Telemetry } from './telemetry.ts'
import { serverSecurity } from './tls/server-tls.ts'

export interface ReceiverParts {
  readonly plan: Plan
  readonly appliance: Appliance
  readonly log: winston.Logger
  readonly telemetry: Telemetry
  /** What a receiver hands its requests to, by its id; and those of pages, where it is for programs. */
  readonly intakeOf: (receiver: string, isPage?: boolean) => Intake
  /** True while memory is short for one of the pipelines of a receiver. */
  readonly isLimited: (receiver: string) => boolean
  /** Room that all receivers share. */
  readonly admission: Admission
}

/** Something that is open; with a port where it listens. */
export interface OpenDoor {
  readonly name: string
  readonly port?: number
  readonly close: () => Promise<void>
}

/** Of one page, inflated. */
const scrapeBounds = { maxBodyBytes: 16 * 2 ** 20, maxSamples: 100_000 } as const

type PlannedReceiver<T extends PlannedOf<'receivers'>['type']> = Extract<
  PlannedOf<'receivers'>,
  { readonly type: T }
>

/** Opens every receiver of the plan. */
export async function openReceivers(parts: ReceiverParts): Promise<readonly OpenDoor[]> {
  const doors: OpenDoor[] = []
  for (const planned of parts.plan.receivers) doors.push(...(await openReceiver(planned, parts)))
  return doors
}

async function openReceiver(
  planned: PlannedOf<'receivers'>,
  parts: ReceiverParts,
): Promise<readonly OpenDoor[]> {
  switch (planned.type) {
    case 'otlp':
      return [...(await openHttp(planned, parts)), ...(await openGrpc(planned, parts))]
    case 'faro':
      return [await openFaro(planned, parts)]
    case 'prometheus':
      return [openScraper(planned, parts)]
  }
}

/** What every receiver is given: where requests go, and who is told of them. */
function sharedBy({ id, type }: PlannedReceiver<'otlp' | 'faro'>, parts: ReceiverParts) {
  const { log, telemetry, intakeOf, isLimited } = parts
  return {
    intake: intakeOf(id),
    isLimited: () => isLimited(id),
    onReceived: (signal: LoadSignal, items: number) =>
      telemetry.add('collector_received_items_total', { signal, receiver: type }, items),
    onRefused: (reason: ReturnType<typeof reasonOf>) =>
      telemetry.add('collector_refused_requests_total', { receiver: type, reason }),
    onDefect: (error: unknown) => logDefect(log, error),
  }
}

async function openHttp(planned: PlannedReceiver<'otlp'>, parts: ReceiverParts): Promise<OpenDoor[]> {
  const { http } = planned.settings.protocols
  if (http === undefined) return []
  const otlp = settings.otlpSettings(http, parts.plan.extensions)
  const shared = sharedBy(planned, parts)
  const pagesIntake = parts.intakeOf(planned.id, true)
  const handler = createOtlpReceiver({ ...otlp, ...shared, pagesIntake, admission: parts.admission })
  const { port, close } = await listen(handler, {
    ...otlp.address,
    tls: serverSecurity(http.tls, `receivers.${planned.id}.protocols.http.tls`, parts.log),
    onRejected: (code) => shared.onRefused(reasonOf(code)),
  })
  return [{ name: planned.id, port, close }]
}

async function openGrpc(planned: PlannedReceiver<'otlp'>, parts: ReceiverParts): Promise<OpenDoor[]> {
  const { grpc } = planned.settings.protocols
  if (grpc === undefined) return []
  const otlp = settings.grpcSettings(grpc, parts.plan.extensions)
  const shared = sharedBy(planned, parts)
  const handler = createGrpcReceiver({ ...otlp, ...shared, admission: parts.admission })
  const { port, close } = await listenGrpc(handler, {
    ...otlp.address,
    security: serverSecurity(grpc.tls, `receivers.${planned.id}.protocols.grpc.tls`, parts.log),
    ...(otlp.maxStreams === undefined ? {} : { maxStreams: otlp.maxStreams }),
    onRefused: () => shared.onRefused('overloaded'),
  })
  return [{ name: `${planned.id}:grpc`, port, close }]
}

async function openFaro(planned: PlannedReceiver<'faro'>, parts: ReceiverParts): Promise<OpenDoor> {
  const faro = settings.faroSettings(planned)
  const { app_key: appKey, requests_per_second = 50, burst = 200 } = parts.appliance.faro
  const shared = sharedBy(planned, parts)
  const handler = createFaroReceiver({
    ...faro,
    ...shared,
    ...(appKey === undefined ? {} : { appKey }),
    requestsPerSecond: requests_per_second,
    burst,
    admission: parts.admission,
    now: Date.now,
  })
  const { port, close } = await listen(handler, {
    ...faro.address,
    tls: serverSecurity(planned.settings.tls, `receivers.${planned.id}.tls`, parts.log),
    onRejected: (code) => shared.onRefused(reasonOf(code)),
  })
  return { name: planned.id, port, close }
}

/** Begins to scrape. What a limiter or an exporter refuses is lost: there is no second scrape of the same time. */
function openScraper({ id, settings }: PlannedReceiver<'prometheus'>, parts: ReceiverParts): OpenDoor {
  const { telemetry, intakeOf, isLimited } = parts
  const intake = intakeOf(id)
  const scraper = new Scraper({
    settings,
    ...scrapeBounds,
    fetch,
    nowMillis: Date.now,
    take: async (batch) => {
      if (isLimited(id)) throw new CollectorError('STORE_FULL', 'the memory limit is reached')
      const points = countPoints(batch)
      await intake.metrics(batch)
      telemetry.add('collector_received_items_total', { signal: 'metrics', receiver: 'prometheus' }, points)
    },
    onScraped: (outcome) => telemetry.add('collector_scrapes_total', { outcome }),
    onLost: (points) =>
      telemetry.add('collector_dropped_items_total', { signal: 'metrics', where: 'scrape_refused' }, points),
  })
  scraper.start()
  return { name: id, close: () => scraper.close() }
}
