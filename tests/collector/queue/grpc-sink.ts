/** The other side of a gRPC exporter: takes requests, or turns them away as it is told. */
import { once } from 'node:events'
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { freePort } from '../../support/free-port.ts'

export class GrpcSink {
  readonly #server: Http2Server = createServer()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #take: (message: Buffer) => boolean

  /** @param take is given each message, inflated; false refuses it, and the client may send it again */
  constructor(take: (message: Buffer) => boolean) {
    this.#take = take
    this.#server.on('session', (session) => {
      this.#sessions.add(session)
      session.on('error', () => undefined)
      session.once('close', () => this.#sessions.delete(session))
    })
    this.#server.on('stream', (stream) => {
      stream.on('error', () => undefined)
      // A client that was killed is nobody to answer to.
      this.#answer(stream).catch(() => undefined)
    })
  }

  async listen(): Promise<number> {
    const port = await freePort()
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return port
  }

  close(): void {
    for (const session of this.#sessions) session.destroy()
    this.#server.close()
  }

  async #answer(stream: ServerHttp2Stream): Promise<void> {
    const frame = await buffer(stream)
    if (frame.readUInt32BE(1) !== frame.length - 5)
      throw new Error('found another length than the frame says')
    const message = frame.subarray(5)
    const status = this.#take(frame[0] === 1 ? gunzipSync(message) : message) ? '0' : '14'
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }))
    stream.end(Buffer.alloc(5))
  }
}
