import { randomBytes } from 'node:crypto'
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import type { Intake } from '../../../collector/graph/intake.ts'
import { listenGrpc, type GrpcListening } from '../../../collector/receive/grpc-server.ts'
import { Admission } from '../../../collector/receive/admission.ts'
import { createGrpcReceiver } from '../../../collector/receive/otlp-grpc.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

const traceCall = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const metricsCall = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
const limit = 100_000
const token = 'token-of-the-tests-0001'

interface Answer {
  readonly status: number | undefined
  /** Of gRPC; undefined where the answer is not gRPC. */
  readonly code: string | undefined
  readonly details: string | undefined
  readonly body: Buffer
}

describe('the door for OTLP over gRPC', function () {
  let door: GrpcListening
  let session: ClientHttp2Session
  let taken: Buffer[]
  let trouble: CollectorError | undefined
  let isLimited: boolean
  const refused: string[] = []

  before(async () => {
    const intake: Pick<Intake, 'encoded'> = {
      encoded: (_signal, bytes) => {
        if (trouble !== undefined) return Promise.reject(trouble)
        const batch = decodeTraces(bytes)
        taken.push(bytes)
        return Promise.resolve(batch.length)
      },
    }
    const handler = createGrpcReceiver({
      admission: new Admission({ roomBytes: 2 ** 26 }),
      maxMessageBytes: limit,
      // The door uses no more of it than this.
      intake: intake as Intake,
      isLimited: () => isLimited,
      bearerToken: token,
      onReceived: () => undefined,
      onRefused: (reason) => refused.push(reason),
      onDefect: (error) => refused.push(String(error)),
    })
    door = await listenGrpc(handler, { host: '127.0.0.1', port: 0, onRefused: () => refused.push('session') })
    session = connect(`http://127.0.0.1:${door.port}`)
  })
  after(async () => {
    session.close()
    await door.close()
  })
  beforeEach(() => {
    taken = []
    trouble = undefined
    isLimited = false
    refused.length = 0
  })

  const request = encodeTraces(new ProtobufWriter(), spansOf(5))
  const framed = (message: Uint8Array, isCompressed = false) => {
    const head = Buffer.alloc(5)
    head[0] = isCompressed ? 1 : 0
    head.writeUInt32BE(message.length, 1)
    return Buffer.concat([head, message])
  }

  function call(path: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        authorization: `Bearer ${token}`,
        te: 'trailers',
        ...headers,
      })
      const chunks: Buffer[] = []
      let head: IncomingHttpHeaders = {}
      let tail: IncomingHttpHeaders = {}
      stream.once('response', (received) => (head = received))
      stream.once('trailers', (received: IncomingHttpHeaders) => (tail = received))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('error', reject)
      stream.once('close', () => {
        const all: IncomingHttpHeaders = { ...head, ...tail }
        resolve({
          status: head[':status'] === undefined ? undefined : Number(head[':status']),
          code: all['grpc-status'] as string | undefined,
          details: all['grpc-status-details-bin'] as string | undefined,
          body: Buffer.concat(chunks),
        })
      })
      stream.end(body)
    })
  }

  it('takes a request and answers with an empty message', async () => {
    const answer = await call(traceCall, framed(request))
    expect(answer).to.deep.equal({
      status: 200,
      code: '0',
      details: undefined,
      body: framed(Buffer.alloc(0)),
    })
    expect(taken.map((bytes) => bytes.equals(request))).to.deep.equal([true])
  })

  for (const [encoding, compressed] of [
    ['gzip', gzipSync(request)],
    ['zstd', zstdCompressSync(request)],
  ] as const) {
    it(`inflates ${encoding}`, async () => {
      const answer = await call(traceCall, framed(compressed, true), { 'grpc-encoding': encoding })
      expect(answer.code).to.equal('0')
      expect(taken[0]?.equals(request)).to.equal(true)
    })
  }

  it('says that pushed metrics are not kept, in a partial success', async () => {
    const answer = await call(metricsCall, framed(Buffer.alloc(0)))
    expect(answer.code).to.equal('0')
  })

  const cases: readonly (readonly [string, () => Promise<Answer>, string, string])[] = [
    ['bytes that are no request', () => call(traceCall, framed(Buffer.from([0x0a, 0xff]))), '3', 'malformed'],
    [
      'a frame that is shorter than it says',
      () => call(traceCall, framed(request).subarray(0, 20)),
      '3',
      'malformed',
    ],
    [
      'two messages in one call',
      () => call(traceCall, Buffer.concat([framed(request), framed(request)])),
      '3',
      'malformed',
    ],
    ['no frame', () => call(traceCall, Buffer.alloc(0)), '3', 'malformed'],
    [
      'a compressed message of no encoding',
      () => call(traceCall, framed(gzipSync(request), true)),
      '3',
      'malformed',
    ],
    [
      'an encoding nobody has',
      () => call(traceCall, framed(request, true), { 'grpc-encoding': 'br' }),
      '12',
      'encoding',
    ],
    ['a message beyond the limit', () => call(traceCall, framed(randomBytes(limit + 1))), '8', 'too_large'],
    [
      'a message that inflates beyond the limit',
      () => call(traceCall, framed(gzipSync(Buffer.alloc(limit + 1)), true), { 'grpc-encoding': 'gzip' }),
      '8',
      'too_large',
    ],
    ['a call nobody has', () => call('/some.Service/Call', framed(request)), '12', 'not_found'],
    [
      'another token',
      () => call(traceCall, framed(request), { authorization: 'Bearer other' }),
      '16',
      'origin',
    ],
  ]
  for (const [what, run, code, reason] of cases) {
    it(`refuses ${what}, not to be sent again`, async () => {
      const answer = await run()
      expect([answer.status, answer.code, answer.details]).to.deep.equal([200, code, undefined])
      expect(refused).to.deep.equal([reason])
      expect(taken).to.deep.equal([])
    })
  }

  it('asks to come back while the memory limit is reached, and when the disk does not take it', async () => {
    isLimited = true
    const limited = await call(traceCall, framed(request))
    isLimited = false
    trouble = new CollectorError('STORE_FULL', 'too much waits for the disk')
    const full = await call(traceCall, framed(request))
    for (const { code, details } of [limited, full]) {
      expect(code).to.equal('14')
      expect(Buffer.from(details ?? '', 'base64').toString('latin1')).to.contain('google.rpc.RetryInfo')
    }
    expect(refused).to.deep.equal(['overloaded', 'overloaded'])
  })

  it('lets a connection send a quarter of a mebibyte before any of it is read', async () => {
    await call(traceCall, framed(request))
    // What was read is given back in large pieces.
    expect(session.state.remoteWindowSize).to.be.within(2 ** 17, 2 ** 18)
  })

  it('tells whoever does not speak gRPC so in HTTP', async () => {
    expect((await call(traceCall, request, { 'content-type': 'application/x-protobuf' })).status).to.equal(
      415,
    )
    expect((await call(traceCall, Buffer.alloc(0), { ':method': 'PUT' })).status).to.equal(405)
  })

  it('answers thousands of calls of random bytes, and the next one as ever', async () => {
    for (let turn = 0; turn < 10_000; turn++) {
      const { code } = await call(traceCall, framed(randomBytes(turn % 97)))
      expect(code, String(turn)).to.be.oneOf(['0', '3'])
    }
    expect((await call(traceCall, framed(request))).code).to.equal('0')
  })
})
