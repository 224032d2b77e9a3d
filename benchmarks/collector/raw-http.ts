/** HTTP clients that cost next to nothing: whole requests are laid out before, and of an answer only the status is read. */
import { connect, type Socket } from 'node:net'

export interface Outcome {
  /** Requests answered with 200, and with anything else. */
  taken: number
  refused: number
}

export interface RawLoad {
  readonly port: number
  /** What goes over the wire, head and body. */
  readonly requests: readonly Buffer[]
  /** Connections; each has one request on its way at a time. */
  readonly connections: number
  readonly millis: number
}

/** Lays out a request. */
export function rawRequest(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}\r\n`), body])
}

/** Sends for a time and waits for the last answers. */
export async function sendRaw(load: RawLoad): Promise<Outcome> {
  const outcome = { taken: 0, refused: 0 }
  const end = performance.now() + load.millis
  await Promise.all(
    Array.from({ length: load.connections }, (_, at) => oneClient(load, { end, at, outcome })),
  )
  return outcome
}

interface Turn {
  readonly end: number
  readonly at: number
  readonly outcome: Outcome
}

function oneClient({ port, requests }: RawLoad, { end, at, outcome }: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = at
    let answer = ''
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const send = () => socket.write(requests[next++ % requests.length] ?? '')
    socket.once('connect', send)
    socket.once('error', reject)
    socket.once('close', resolve)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (!isWhole(answer)) return
      if (answer.startsWith('HTTP/1.1 200')) outcome.taken++
      else outcome.refused++
      answer = ''
      if (performance.now() < end) send()
      else socket.end()
    })
  })
}

/** Tells whether an answer with a known length is there, which those of the measured servers have, or are chunked and empty. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, head))?.[1]
  if (length === undefined) return answer.endsWith('0\r\n\r\n')
  return answer.length >= head + 4 + Number(length)
}
