import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Intake } from '../../../collector/graph/intake.ts'
import { Admission } from '../../../collector/receive/admission.ts'
import { listenGrpc } from '../../../collector/receive/grpc-server.ts'
import { createGrpcReceiver } from '../../../collector/receive/otlp-grpc.ts'
import { createOtlpReceiver } from '../../../collector/receive/otlp-http.ts'
import { eventually } from '../../support/poll.ts'

const roomBytes = 4 * 2 ** 20
const path = '/v1/traces'
const often = { everyMillis: 10 }

/** A door under test; `send` begins a request that is whole on the wire, and answers with what breaks it off. */
interface Door {
  readonly send: (bodyBytes: number) => () => void
  readonly close: () => Promise<void>
}

interface Watched {
  readonly admission: Admission
  readonly refused: string[]
  /** Requests that reached the door. */
  readonly arrived: () => void
}

function partsOf({ admission, refused }: Watched) {
  const intake: Pick<Intake, 'encoded' | 'takesMetrics'> = {
    takesMetrics: true,
    encoded: () => Promise.resolve(1),
  }
  return {
    admission,
    // The doors use no more of it than this.
    intake: intake as Intake,
    isLimited: () => false,
    onReceived: () => undefined,
    onRefused: (reason: string) => refused.push(reason),
    onDefect: (error: unknown) => refused.push(String(error)),
  }
}

async function openHttp(watched: Watched): Promise<Door> {
  const paths = { traces: path, logs: '/v1/logs', metrics: '/v1/metrics' }
  const parts = partsOf(watched)
  const receiver = createOtlpReceiver({ ...parts, pagesIntake: parts.intake, maxBodyBytes: 2 ** 20, paths })
  const server = createServer((request, response) => {
    receiver(request, response)
    watched.arrived()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    send: (bodyBytes) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': bodyBytes }
      const request = ask({ host: '127.0.0.1', port, path, method: 'POST', headers })
      request.on('error', () => undefined)
      request.end(Buffer.alloc(bodyBytes))
      return () => request.destroy()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function openGrpc(watched: Watched): Promise<Door> {
  const receiver = createGrpcReceiver({ ...partsOf(watched), maxMessageBytes: roomBytes })
  const handler: typeof receiver = (stream, headers) => {
    receiver(stream, headers)
    watched.arrived()
  }
  const { port, close } = await listenGrpc(handler, {
    host: '127.0.0.1',
    port: 0,
    onRefused: () => watched.refused.push('session'),
  })
  return {
    send: (bodyBytes) => {
      const session = connect(`http://127.0.0.1:${port}`)
      session.on('error', () => undefined)
      const stream = session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
      })
      stream.on('error', () => undefined)
      const frame = Buffer.alloc(5 + bodyBytes)
      frame.writeUInt32BE(bodyBytes, 1)
      stream.end(frame)
      return () => session.destroy()
    },
    close,
  }
}

describe('a client that leaves while it waits for room', () => {
  // HTTP without a body is whole with its head, and worked on though its client left.
  for (const [name, open, sizes] of [
    ['HTTP', openHttp, [30_000]],
    ['gRPC', openGrpc, [0, 30_000]],
  ] as const) {
    for (const bodyBytes of sizes) {
      it(`takes none of it with it: ${name}, ${bodyBytes} bytes`, async () => {
        const admission = new Admission({ roomBytes, maxWaitMillis: 60_000 })
        const refused: string[] = []
        let arrived = 0
        const door = await open({ admission, refused, arrived: () => arrived++ })
        try {
          const leave = await admission.enter(roomBytes)
          const breakOff = [door.send(bodyBytes), door.send(bodyBytes)]
          await eventually('both wait', () => arrived === 2, often)
          for (const each of breakOff) each()
          // Nobody who left is in the way of others, and there is a word for each.
          await eventually('both are counted', () => refused.length === 2, often)
          leave()
          const next = await admission.enter(roomBytes)
          next()
          expect(refused).to.deep.equal(['malformed', 'malformed'])
        } finally {
          await door.close()
        }
      })
    }
  }
})
