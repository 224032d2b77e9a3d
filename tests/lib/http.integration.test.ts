import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import { Problem, problemMediaType } from '../../contracts/problem.ts'
import { jsonBody } from '../../lib/body.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator } from '../../lib/validate.ts'

type Body = string | Uint8Array<ArrayBuffer>

const checkProblem = validator(Problem)

describe('a door', () => {
  let door: Listening
  let rejected: RejectionCode[]
  let defects: unknown[]
  let reason: string | undefined

  before(async () => {
    const onRejected = (code: RejectionCode) => rejected.push(code)
    const app = createDoor({
      onRejected,
      onDefect: (error) => defects.push(error),
      health: () => reason,
      scrape: async () => ({ contentType: 'application/openmetrics-text; version=1.0.0', body: '# EOF\n' }),
    })
    app.post('/echo', jsonBody({ bytes: 1_000, depth: 8 }), (request, response) => {
      response.json({ body: request.body ?? null })
    })
    app.get('/defect', () => {
      throw new Error('a secret detail')
    })
    app.get('/late', (_request, response) => {
      response.write('begun')
      throw new Refusal('internal')
    })
    closeDoor(app)
    door = await listen(app, { port: 0, onRejected })
  })
  beforeEach(() => {
    rejected = []
    defects = []
    reason = undefined
  })
  after(() => door.close())

  const call = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${door.port}${path}`, init)
  const post = (body: Body, headers: Record<string, string> = {}) =>
    call('/echo', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

  it('lets no browser guess what an answer is, refusals included', async () => {
    for (const path of ['/health', '/metrics', '/nowhere', '/defect']) {
      const { headers } = await call(path)
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff')
    }
  })

  async function expectProblem(response: Response, status: number, code: RejectionCode): Promise<void> {
    expect(response.status).to.equal(status)
    expect(response.headers.get('content-type')).to.equal(problemMediaType)
    const problem = checkProblem(await response.json())
    expect(problem.valid && problem.value.code).to.equal(code.toUpperCase())
    expect(rejected).to.deep.equal([code])
  }

  it('answers health and its reason', async () => {
    expect((await call('/health')).status).to.equal(200)
    reason = 'the database is away'
    const response = await call('/health')
    expect(response.status).to.equal(503)
    expect(await response.json()).to.deep.equal({ status: 'unavailable', reason })
  })

  it('serves metrics with the content type of the exposition format', async () => {
    const response = await call('/metrics')
    expect(response.headers.get('content-type')).to.equal('application/openmetrics-text; version=1.0.0')
  })

  it('names no framework', async () => {
    expect((await call('/health')).headers.get('x-powered-by')).to.equal(null)
  })

  it('passes a body within the limits, plain and compressed', async () => {
    expect(await (await post('{"a":1}')).json()).to.deep.equal({ body: { a: 1 } })
    expect(await (await post(gzipSync('{"a":2}'), { 'content-encoding': 'gzip' })).json()).to.deep.equal({
      body: { a: 2 },
    })
  })

  it('refuses an unknown path and a wrong method, naming the right ones', async () => {
    await expectProblem(await call('/nowhere'), 404, 'not_found')
    rejected = []
    const response = await call('/echo')
    expect(response.headers.get('allow')).to.equal('POST')
    await expectProblem(response, 405, 'method_not_allowed')
  })

  it('refuses what is too large before and after inflation', async () => {
    await expectProblem(await post('x'.repeat(1_001)), 413, 'body_too_large')
    rejected = []
    const bomb = gzipSync(Buffer.alloc(5_000_000))
    await expectProblem(await post(bomb, { 'content-encoding': 'gzip' }), 413, 'body_too_large')
    rejected = []
    const small = gzipSync(Buffer.alloc(50_000))
    expect(small.length).to.be.lessThan(1_000)
    await expectProblem(await post(small, { 'content-encoding': 'gzip' }), 413, 'body_too_large')
  })

  it('refuses deep, malformed, mistyped and strangely encoded bodies', async () => {
    const cases: [Body, Record<string, string>, number, RejectionCode][] = [
      ['['.repeat(9), {}, 400, 'body_too_deep'],
      ['{"a":', {}, 400, 'body_malformed'],
      [new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'body_malformed'],
      ['not gzip', { 'content-encoding': 'gzip' }, 400, 'body_malformed'],
      [gzipSync('{"a":1}').subarray(0, 12), { 'content-encoding': 'gzip' }, 400, 'body_malformed'],
      ['{}', { 'content-encoding': 'zstd' }, 415, 'encoding_unsupported'],
      ['{}', { 'content-type': 'text/plain' }, 415, 'media_type_unsupported'],
    ]
    for (const [body, headers, status, code] of cases) {
      rejected = []
      await expectProblem(await post(body, headers), status, code)
    }
  })

  it('hides what an unexpected error says and reports it inside', async () => {
    const response = await call('/defect')
    const body = await response.clone().text()
    expect(body).not.to.contain('secret')
    await expectProblem(response, 500, 'internal')
    expect(defects).to.have.length(1)
  })

  it('cuts off a response that had begun', async () => {
    const failed = await call('/late')
      .then((response) => response.text())
      .then(
        () => false,
        () => true,
      )
    expect(failed).to.equal(true)
  })

  it('answers random bytes on the socket and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const socket = connect(door.port, '127.0.0.1', () => socket.end(bytes))
          socket
            .on('close', () => resolve())
            .on('error', () => resolve())
            .resume()
        })
      }),
      { numRuns: 50 },
    )
    expect(rejected.length).to.be.greaterThan(0)
    expect((await call('/health')).status).to.equal(200)
  })

  it('answers random bodies with a known status and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), async (bytes) => {
        const response = await post(new Uint8Array(bytes))
        expect(response.status).to.be.oneOf([200, 400, 413])
        await response.arrayBuffer()
      }),
      { numRuns: 50 },
    )
  })
})
