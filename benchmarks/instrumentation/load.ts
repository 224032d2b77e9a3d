/** A closed-loop HTTP load over kept-alive sockets; it only counts bytes, so that it never is the bottleneck. */
import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly millis: number
}

/** Sends requests for a time and answers how many were answered with 200 and how long it took. */
export async function load(
  options: LoadOptions,
): Promise<{ readonly requests: number; readonly seconds: number }> {
  const request = Buffer.from(`GET ${options.path} HTTP/1.1\r\nhost: 127.0.0.1:${options.port}\r\n\r\n`)
  const size = await answerBytes(options.port, request)
  const begun = performance.now()
  const deadline = begun + options.millis
  const counts = await Promise.all(
    Array.from({ length: options.connections }, () => drive({ port: options.port, request, size, deadline })),
  )
  return {
    requests: counts.reduce((sum, count) => sum + count, 0),
    seconds: (performance.now() - begun) / 1_000,
  }
}

interface Drive {
  readonly port: number
  readonly request: Buffer
  readonly size: number
  readonly deadline: number
}

function drive({ port, request, size, deadline }: Drive): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let received = 0
    let requests = 0
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received < size) return
      received = 0
      requests++
      if (performance.now() < deadline) socket.write(request)
      else socket.destroy()
    })
    socket.on('close', () => resolve(requests))
  })
}

/** Learns the size of an answer: every answer of a route has the same. */
function answerBytes(port: number, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1' })
    let text = ''
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(text)?.[1]
      if (head < 0 || length === undefined) return
      socket.destroy()
      if (text.startsWith('HTTP/1.1 200')) resolve(head + 4 + Number(length))
      else reject(new Error(`found ${text.slice(0, 40)}, expected 200`))
    })
  })
}
