/**
 * Grafana Faro behind the fence: errors, web vitals and views, with a random session and nobody's name. What the
 * fence does not know does not leave the page; a collector that is away costs nothing.
 */
import { getWebInstrumentations, initializeFaro, InternalLoggerLevel, type Faro } from '@grafana/faro-web-sdk'
import { fenceFaroItem } from '../../privacy/faro.ts'
import { createFence } from '../../privacy/fence.ts'

export interface TelemetryConfig {
  readonly url: string
  readonly apiKey?: string
  readonly environment: string
}

let faro: Faro | undefined

/** Starts it; a failure to start leaves the page as it is. */
export function startTelemetry({ url, apiKey, environment }: TelemetryConfig): void {
  const fence = createFence({ policy: { mode: 'enforce' }, audience: 'browsers' })
  try {
    faro = initializeFaro({
      url,
      ...(apiKey === undefined ? {} : { apiKey }),
      app: { name: 'campus-portal', version: '0.1.0', environment },
      beforeSend: (item) => fenceFaroItem(fence, item),
      // The console may hold anything; nothing of it is sent.
      instrumentations: getWebInstrumentations({
        captureConsole: false,
        enablePerformanceInstrumentation: false,
      }),
      sessionTracking: { enabled: true, persistent: false, generateSessionId: () => crypto.randomUUID() },
      internalLoggerLevel: InternalLoggerLevel.OFF,
      preventGlobalExposure: true,
    })
  } catch {
    faro = undefined // The portal works without being watched.
  }
}

/** Names the view that is shown; never with an id in it. */
export function showView(name: string): void {
  faro?.api.setView({ name })
}

/** Reports a failure the page handled itself. */
export function reportError(error: unknown): void {
  if (error instanceof Error) faro?.api.pushError(error)
}
