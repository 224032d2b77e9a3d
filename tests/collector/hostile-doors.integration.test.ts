/**
 * Random bytes at every door of the real process: as they are on a connection, and as the body of a request that is
 * otherwise right. The process answers or hangs up, and serves the next client as ever.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { propertyRuns } from '../support/property.ts'
import { spansOf } from './generate.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const { numRuns, seed } = propertyRuns({ ci: 250, soak: 10_000 })
/** Connections at a time. */
const lanes = 16
/**
 * Longest life of a connection whose client has said all it has to say, in looks a second apart: below every time-out
 * of the doors. A machine that stands still is one look late, for however long.
 */
const patienceLooks = 9

/** Cut, random and nearly right: what a parser meets at its branches. */
function hostileBytes(whole: Buffer): readonly Buffer[] {
  const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const cut = fc.nat({ max: whole.length }).map((length) => whole.subarray(0, length))
  const flipped = fc
    .array(fc.nat({ max: whole.length * 8 - 1 }), { minLength: 1, maxLength: 8 })
    .map((bits) => {
      const bytes = Buffer.from(whole)
      for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return bytes
    })
  return fc.sample(fc.oneof(random, cut, flipped), { numRuns, seed })
}

/** Sends bytes and the end of what is sent; answers what came back once the other side has hung up. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    let looks = 0
    const late = setInterval(() => {
      if (++looks < patienceLooks) return
      socket.destroy()
      reject(new Error(`found a connection that is still open after ${bytes.toString('hex')}`))
    }, 1_000)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    // A reset is an answer too.
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearInterval(late)
      resolve(answer)
    })
  })
}

/** Does something for each of many, some at a time. */
async function forEach<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = all.values()
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const one of left) await act(one)
    }),
  )
}

function posted(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}\r\n`), body])
}

describe('a collector under hostile bytes', function () {
  this.timeout(600_000)
  let home: string
  let collector: RunningCollector
  const protobuf = { 'content-type': 'application/x-protobuf' }
  const json = { 'content-type': 'application/json' }
  const request = encodeTraces(new ProtobufWriter(), spansOf(2))
  const portOf = (door: string) => Number(new URL(collector.url(door)).port)

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-hostile-'))
    collector = await startCollectorProcess(home)
  })
  after(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })
  afterEach(async () => {
    expect(collector.child.exitCode).to.equal(null)
    const answer = await exchange(portOf('otlp'), posted('/v1/traces', protobuf, request))
    expect(answer).to.match(/^HTTP\/1\.1 200 /)
  })

  for (const door of ['otlp', 'otlpGrpc', 'faro', 'query', 'exporter', 'telemetry', 'health']) {
    it(`hangs up on what does not speak its protocol, at the door ${door}`, async () => {
      const whole = posted('/v1/traces', protobuf, request)
      await forEach(hostileBytes(whole), async (bytes) => {
        const answer = await exchange(portOf(door), bytes)
        expect(answer).to.match(door === 'otlpGrpc' ? /^/ : /^$|^HTTP\/1\.1 [2-5]\d\d /)
      })
    })
  }

  const bodies = [
    ['otlp', '/v1/traces', protobuf, request],
    ['otlp', '/v1/logs', protobuf, request],
    ['otlp', '/v1/metrics', protobuf, request],
    ['otlp', '/v1/traces', { ...protobuf, 'content-encoding': 'gzip' }, gzipSync(request)],
    [
      'otlp',
      '/v1/traces',
      json,
      Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}'),
    ],
    [
      'faro',
      '/collect',
      { ...json, 'x-api-key': faroAppKey },
      Buffer.from('{"meta":{},"logs":[{"message":"a"}]}'),
    ],
  ] as const
  for (const [door, path, headers, whole] of bodies) {
    it(`answers every body of ${path} as ${Object.values(headers).slice(0, 2).join(', ')}`, async () => {
      await forEach(hostileBytes(Buffer.from(whole)), async (body) => {
        const answer = await exchange(portOf(door), posted(path, headers, body))
        expect(answer, body.toString('hex')).to.match(/^HTTP\/1\.1 (?:20\d|4\d\d|503) /)
      })
    })
  }
})
