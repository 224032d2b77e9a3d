/** An OTLP/HTTP server that keeps what it is sent, by the path before `/v1/`. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Metric } from '../../collector/process/metric-model.ts'
import type { Batch, LogRecord, Span } from '../../collector/process/model.ts'
import { decodeLogs } from '../../collector/wire/logs.ts'
import { decodeMetrics } from '../../collector/wire/metrics.ts'
import { decodeTraces } from '../../collector/wire/traces.ts'

export class OtlpSink {
  /** Answered to every request. */
  status = 200
  readonly #server: Server
  readonly #bodies = new Map<string, Buffer[]>()

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => {
        const body = Buffer.concat(chunks)
        const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
        if (this.status === 200) this.#keep(request.url ?? '', bytes)
        response.writeHead(this.status).end()
      })
    })
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    // A listening TCP server has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  spans(path: string): Span[] {
    return itemsOf(this.#bodies.get(`/${path}/v1/traces`), decodeTraces)
  }

  records(path: string): LogRecord[] {
    return itemsOf(this.#bodies.get(`/${path}/v1/logs`), decodeLogs)
  }

  metrics(path: string): Metric[] {
    return itemsOf(this.#bodies.get(`/${path}/v1/metrics`), decodeMetrics)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #keep(url: string, bytes: Buffer): void {
    const known = this.#bodies.get(url)
    if (known === undefined) this.#bodies.set(url, [bytes])
    else known.push(bytes)
  }
}

function itemsOf<T>(bodies: readonly Buffer[] | undefined, decode: (bytes: Buffer) => Batch<T>): T[] {
  return (bodies ?? [])
    .flatMap((bytes) => decode(bytes))
    .flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))
}
