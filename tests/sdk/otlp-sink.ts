/** A collector for tests: keeps what it is sent and can be told how to answer. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { decodeLogs, decodeSpans, type DecodedLog, type DecodedSpan } from './otlp-decoder.ts'

export interface OtlpSink {
  readonly endpoint: string
  readonly bodies: Buffer[]
  readonly spans: DecodedSpan[]
  readonly logs: DecodedLog[]
  /** Status of the answers from now on. */
  status: number
  readonly close: () => Promise<void>
}

/** Starts a sink on a port of the system's choice. */
export async function startSink(): Promise<OtlpSink> {
  const bodies: Buffer[] = []
  const spans: DecodedSpan[] = []
  const logs: DecodedLog[] = []
  const server = createServer((request, response) => {
    const take = (body: Buffer) => {
      if (sink.status === 200) {
        bodies.push(body)
        if (request.url === '/v1/traces') spans.push(...decodeSpans(body))
        else logs.push(...decodeLogs(body))
      }
      response.writeHead(sink.status).end()
    }
    // What a client broke off, or `close` did, was not sent.
    buffer(request).then(take, () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sink: OtlpSink = {
    endpoint: `http://127.0.0.1:${port}`,
    bodies,
    spans,
    logs,
    status: 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return sink
}
