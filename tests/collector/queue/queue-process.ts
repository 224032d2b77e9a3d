/** The real collector with queues on the disk before one or two other sides, and what the tests of its crashes ask of it. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'
import { startCollectorProcess, type RunningCollector } from '../process-under-test.ts'

export const spansPerRequest = 3

export class QueueProcess {
  readonly home = mkdtempSync(join(tmpdir(), 'campanile-queues-'))
  readonly queues = join(this.home, 'queues')
  #running: RunningCollector | undefined

  /** @param exporters the section of that name in YAML flow style, and the ids in it */
  constructor(exporters: string, ids: readonly string[]) {
    writeFileSync(
      join(this.home, 'collector.yaml'),
      `
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:0' }, grpc: { endpoint: '127.0.0.1:0' } } }
exporters: ${exporters}
extensions:
  health_check: { endpoint: '127.0.0.1:0' }
  file_storage: { directory: '${this.queues}', create_directory: true }
service:
  extensions: [health_check, file_storage]
  pipelines:
    traces: { receivers: [otlp], exporters: [${ids.join(', ')}] }
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 0 } } } }] } }
`,
    )
  }

  async start(): Promise<RunningCollector> {
    this.#running = await startCollectorProcess(this.home, ['--config', join(this.home, 'collector.yaml')])
    return this.#running
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.kill(signal)
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL')
    rmSync(this.home, { recursive: true })
  }

  /** Sends requests of one trace each over several connections until it is told to stop or nobody answers; answers those acknowledged. */
  async load(isOver: (acknowledged: number) => boolean): Promise<string[]> {
    const acknowledged: string[] = []
    const url = `${this.#running?.url('otlp') ?? ''}/v1/traces`
    const send = async () => {
      while (!isOver(acknowledged.length)) {
        const traceId = randomBytes(16).toString('hex')
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body: requestOf(traceId),
        }).catch(() => undefined)
        if (answer === undefined) return
        if (answer.status === 200) acknowledged.push(traceId)
      }
    }
    await Promise.all(Array.from({ length: 4 }, send))
    return acknowledged
  }
}

function requestOf(traceId: string): Uint8Array<ArrayBuffer> {
  const batch = spansOf(spansPerRequest)
  for (const { scopes } of batch) {
    for (const { items } of scopes) for (const span of items) span.traceId = traceId
  }
  return new Uint8Array(encodeTraces(new ProtobufWriter(), batch))
}

/** Lists the traces in an encoded request, one for each span. */
export function tracesIn(bytes: Buffer): string[] {
  return decodeTraces(bytes).flatMap(({ scopes }) =>
    scopes.flatMap(({ items }) => items.map(({ traceId }) => traceId)),
  )
}
