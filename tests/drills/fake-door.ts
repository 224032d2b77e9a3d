/** A door that answers from a table and remembers what it was asked. */
import { once } from 'node:events'
import { createServer } from 'node:http'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface FakeAnswer {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface FakeDoor {
  readonly url: string
  readonly asked: Asked[]
  readonly close: () => Promise<void>
}

/** Opens it; a path that is not in the table is answered 404. */
export async function openFakeDoor(answer: (asked: Asked) => FakeAnswer | undefined): Promise<FakeDoor> {
  const asked: Asked[] = []
  // No connection is closed while another question is on its way to it.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const question = { method, path, headers, body: Buffer.concat(chunks).toString() }
      asked.push(question)
      const { status = 200, body = '', headers: given = {} } = answer(question) ?? { status: 404 }
      response.writeHead(status, given)
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Tells the code of what a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
