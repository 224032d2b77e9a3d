/** Where exporters bring telemetry: what they send to, and whether that is this machine. */
import { isIPv4 } from 'node:net'
import type { Plan } from './plan.ts'

export interface Target {
  /** Key in the body of the exporter. */
  readonly key: string
  /** As a URL; `http:` where it is readable on the way. */
  readonly address: string
}

/** Lists the addresses an exporter sends to; none for one that is asked, or writes here. */
export function targetsOf(exporter: Plan['exporters'][number]): Target[] {
  switch (exporter.type) {
    case 'otlp_http': {
      const { endpoint, tracesEndpoint, metricsEndpoint, logsEndpoint } = exporter.settings
      const keys = {
        endpoint,
        traces_endpoint: tracesEndpoint,
        metrics_endpoint: metricsEndpoint,
        logs_endpoint: logsEndpoint,
      }
      return Object.entries(keys).flatMap(([key, address]) =>
        address === undefined ? [] : [{ key, address }],
      )
    }
    case 'prometheusremotewrite':
      return [{ key: 'endpoint', address: exporter.settings.endpoint }]
    case 'otlp_grpc': {
      const { endpoint, tls } = exporter.settings
      const host = endpoint.replace(/^(https?|dns):\/+/, '')
      const isPlain = endpoint.startsWith('http://') || (tls.insecure && !endpoint.startsWith('https://'))
      return [{ key: 'endpoint', address: `${isPlain ? 'http' : 'https'}://${host}` }]
    }
    default:
      return []
  }
}

/** Tells whether an address is of this machine alone; one that cannot be read is not. */
export function isLoopback(address: string): boolean {
  return URL.canParse(address) && isLoopbackHost(new URL(address).hostname)
}

/** The same for the host of an address. */
export function isLoopbackHost(host: string): boolean {
  return ['localhost', '[::1]', '::1'].includes(host) || (isIPv4(host) && host.startsWith('127.'))
}
