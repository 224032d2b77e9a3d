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
import { createOtlpReceiver, type Signal } from './receive/otlp-http.ts'
import type { Telemetry } from './telemetry.ts'

export interface ReceiverParts {
  readonly config: CollectorConfig
  readonly appliance: Appliance
  readonly log: winston.Logger
  readonly telemetry: Telemetry
  readonly intake: Intake
  readonly isLimited: () => boolean
}

/** What every receiver is given: where requests go, and who is told of them. */
function sharedBy(receiver: 'otlp' | 'faro', { log, telemetry, intake, isLimited }: ReceiverParts) {
  return {
    intake,
    isLimited,
    onReceived: (signal: Signal, items: number) =>
      telemetry.add('collector_received_items_total', { signal, receiver }, items),
    onRefused: (reason: ReturnType<typeof reasonOf>) =>
      telemetry.add('collector_refused_requests_total', { receiver, reason }),
    onDefect: (error: unknown) => logDefect(log, error),
  }
}

/** Opens the port of OTLP over HTTP where the configuration names it. */
export async function openOtlp(parts: ReceiverParts): Promise<Listening | undefined> {
  const otlp = settings.otlpSettings(parts.config)
  if (otlp === undefined) return undefined
  const shared = sharedBy('otlp', parts)
  const handler = createOtlpReceiver({ ...otlp, ...shared })
  return listen(handler, { ...otlp.address, onRejected: (code) => shared.onRefused(reasonOf(code)) })
}

/** Opens the port of OTLP over gRPC where the configuration names it. */
export async function openGrpc(parts: ReceiverParts): Promise<GrpcListening | undefined> {
  const grpc = settings.grpcSettings(parts.config)
  if (grpc === undefined) return undefined
  const shared = sharedBy('otlp', parts)
  const handler = createGrpcReceiver({ ...grpc, ...shared })
  return listenGrpc(handler, { ...grpc.address, onRefused: () => shared.onRefused('overloaded') })
}

/** Opens the port for browsers where the configuration names it. */
export async function openFaro(parts: ReceiverParts): Promise<Listening | undefined> {
  const faro = settings.faroSettings(parts.config)
  if (faro === undefined) return undefined
  const { app_key: appKey, requests_per_second = 50, burst = 200 } = parts.appliance.faro
  const shared = sharedBy('faro', parts)
  const handler = createFaroReceiver({
    ...faro,
    ...shared,
    ...(appKey === undefined ? {} : { appKey }),
    requestsPerSecond: requests_per_second,
    burst,
    now: Date.now,
  })
  return listen(handler, { ...faro.address, onRejected: (code) => shared.onRefused(reasonOf(code)) })
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
