/** Default port of every door, all bound to 127.0.0.1. `CAMPANILE_PORT_<NAME>` overrides one. */
export const ports = {
  gateway: 5001,
  console: 5002,
  heartbeat: 5003,
  supervisor: 5004,
  booking: 8001,
  users: 8002,
  academics: 8003,
  notifications: 8004,
  ledger: 8005,
  compliance: 8006,
  documents: 8007,
  learning: 8008,
  tenants: 8009,
  traffic: 8010,
  maintenance: 8080,
  otlpGrpc: 4317,
  otlpHttp: 4318,
  faro: 12347,
  query: 4319,
  exporter: 8889,
  collectorTelemetry: 8888,
  collectorHealth: 13133,
  prometheus: 9090,
  alertmanager: 9093,
  nodeExporter: 9100,
  postgresExporter: 9187,
  grafana: 3001,
} as const

export type PortName = keyof typeof ports

/** Names the environment variable that overrides a port: `otlpHttp` → `CAMPANILE_PORT_OTLP_HTTP`. */
export function portVariable(name: PortName): string {
  return `CAMPANILE_PORT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
