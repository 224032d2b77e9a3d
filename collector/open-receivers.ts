/** Opens the doors through which telemetry comes in. */
import type winston from 'winston'
import { listen, type Listening } from '../lib/http.ts'
import type { Appliance } from './config/appliance.ts'
import type { CollectorConfig } from './config/config.ts'
import * as settings from './config/settings.ts'
import type { Intake } from './process/pipeline.ts'
import { reasonOf } from './receive/door.ts'
import { createFaroReceiver } from './receive/faro.ts'
import { listenGrpc, type GrpcListening } from './receive/grpc-server.ts'
import { createGrpcReceiver } from './receive/otlp-grpc.ts'
import { createOtlpReceiver } from './receive/otlp-http.ts'
import type { Telemetry } from './telemetry.ts'

export interface ReceiverParts {
  readonly config: CollectorConfig
  readonly appliance: Appliance
  readonly log: winston.Logger
  readonly telemetry: Telemetry
  readonly intake: Intake
  readonly isLimited: () => boolean
}

/** Opens the port of OTLP over HTTP where the configuration names it. */
export async function openOtlp({
  config,
  log,
  telemetry,
  intake,
  isLimited,
}: ReceiverParts): Promise<Listening | undefined> {
  const otlp = settings.otlpSettings(config)
  if (otlp === undefined) return undefined
  const refused = (reason: ReturnType<typeof reasonOf>) =>
    telemetry.add('collector_refused_requests_total', { receiver: 'otlp', reason })
  const handler = createOtlpReceiver({
    ...otlp,
    intake,
    isLimited,
    onReceived: (signal, items) =>
      telemetry.add('collector_received_items_total', { signal, receiver: 'otlp' }, items),
    onRefused: refused,
    onDefect: (error) => logDefect(log, error),
  })
  return listen(handler, { ...otlp.address, onRejected: (code) => refused(reasonOf(code)) })
}

/** Opens the port for browsers where the configuration names it. */
export async function openFaro({
  config,
  appliance,
  log,
  telemetry,
  intake,
  isLimited,
}: ReceiverParts): Promise<Listening | undefined> {
  const faro = settings.faroSettings(config)
  if (faro === undefined) return undefined
  const { app_key: appKey, requests_per_second = 50, burst = 200 } = appliance.faro
  const refused = (reason: ReturnType<typeof reasonOf>) =>
    telemetry.add('collector_refused_requests_total', { receiver: 'faro', reason })
  const handler = createFaroReceiver({
    ...faro,
    ...(appKey === undefined ? {} : { appKey }),
    requestsPerSecond: requests_per_second,
    burst,
    intake,
    isLimited,
    now: Date.now,
    onReceived: (signal, items) =>
      telemetry.add('collector_received_items_total', { signal, receiver: 'faro' }, items),
    onRefused: refused,
    onDefect: (error) => logDefect(log, error),
  })
  return listen(handler, { ...faro.address, onRejected: (code) => refused(reasonOf(code)) })
}

/** Opens the port of OTLP over gRPC where the configuration names it. */
export async function openGrpc({
  config,
  log,
  telemetry,
  intake,
  isLimited,
}: ReceiverParts): Promise<GrpcListening | undefined> {
  const grpc = settings.grpcSettings(config)
  if (grpc === undefined) return undefined
  const refused = (reason: ReturnType<typeof reasonOf>) =>
    telemetry.add('collector_refused_requests_total', { receiver: 'otlp', reason })
  const handler = createGrpcReceiver({
    ...grpc,
    intake,
    isLimited,
    onReceived: (signal, items) =>
      telemetry.add('collector_received_items_total', { signal, receiver: 'otlp' }, items),
    onRefused: refused,
    onDefect: (error) => logDefect(log, error),
  })
  return listenGrpc(handler, { ...grpc.address, onRefused: () => refused('overloaded') })
}

/** The stack is ours; the message of an unexpected error could quote what a client sent, so it stays out. */
export function logDefect(log: winston.Logger, error: unknown): void {
  const stack =
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')
          .slice(1, 6)
          .map((line) => line.trim())
      : []
  log.error('request failed', { name: error instanceof Error ? error.name : typeof error, stack })
}
