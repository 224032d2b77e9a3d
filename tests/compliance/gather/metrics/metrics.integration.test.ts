import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { attributeOf, knownValueOf, type Evidence } from '../../../../compliance/evidence.ts'
import { gather } from '../../../../compliance/gather/gather.ts'
import { gatherMetrics } from '../../../../compliance/gather/metrics/metrics.ts'
import { questions } from '../../../../compliance/gather/metrics/questions/all.ts'

const verified = [{ id: 'a.b', query: 'min(up)', says: 'whether all are up' }]

describe('gathering from a running Prometheus', () => {
  const open: { close: () => unknown }[] = []

  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  async function listen(handler: RequestListener): Promise<string> {
    const server = createServer(handler).listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    // It listens on a TCP port.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  function answering(data: unknown, status = 200): RequestListener {
    return (request, response) => {
      const isQuery = request.url === '/api/v1/query'
      response.statusCode = isQuery ? status : 200
      response.end(JSON.stringify({ status: 'success', data: isQuery ? data : [] }))
    }
  }

  it('keeps labels and values of every series', async () => {
    const result = [
      { metric: { tenant: 'north' }, value: [1, '1'] },
      { metric: { tenant: 'south' }, value: [1, 'NaN'] },
    ]
    const url = await listen(answering({ resultType: 'vector', result }))
    const { resources, faults } = await gatherMetrics({ url }, verified, 60_000)
    const [answer] = resources
    expect(faults).to.deep.equal([])
    expect(answer).to.include({ kind: 'metrics', type: 'answer', name: 'a.b', address: 'answer.a.b' })
    // Asserted in the line above.
    const found = answer as NonNullable<typeof answer>
    expect(knownValueOf(found, 'samples.0')).to.deep.equal({ labels: { tenant: 'north' }, value: 1 })
    expect(attributeOf(found, 'samples.1.value')).to.include({ known: false })
  })

  it('tells no series from no answer', async () => {
    const url = await listen(answering({ resultType: 'vector', result: [] }))
    const refusing = await listen(answering(undefined, 422))
    const [empty] = (await gatherMetrics({ url }, verified, 60_000)).resources
    const [refused] = (await gatherMetrics({ url: refusing }, verified, 60_000)).resources
    expect(empty?.attributes.get('samples')).to.deep.include({ known: true, value: [] })
    expect(refused?.attributes.get('')).to.include({ known: false, why: 'answered 422' })
  })

  it('shows its token, and counts values that look like personal data without keeping them', async () => {
    const shown = new Set<string | undefined>()
    const url = await listen((request, response) => {
      shown.add(request.headers.authorization)
      const data = request.url?.endsWith('/labels')
        ? ['__name__', 'user']
        : request.url?.endsWith('/values')
          ? ['kim@campus.example', 'none']
          : { resultType: 'scalar', result: [1, '2'] }
      response.end(JSON.stringify({ status: 'success', data }))
    })
    const { resources } = await gatherMetrics({ url, token: 'of-nobody' }, verified, 60_000)
    const label = resources.find(({ type }) => type === 'label')
    expect([...shown]).to.deep.equal(['Bearer of-nobody'])
    expect(label?.attributes.get('personal')).to.deep.include({ value: ['email'] })
    expect(label?.attributes.get('values')).to.deep.include({ value: 2 })
    expect(JSON.stringify(resources.map(({ attributes }) => [...attributes]))).not.to.include('kim@')
  })

  it('waits once only for a server that falls silent among the labels', async () => {
    let asked = 0
    const url = await listen((request, response) => {
      if (request.url?.endsWith('/values')) {
        asked += 1
        request.socket.destroy()
        return
      }
      const data = request.url?.endsWith('/labels')
        ? ['a', 'b', 'c']
        : { resultType: 'scalar', result: [1, '2'] }
      response.end(JSON.stringify({ status: 'success', data }))
    })
    const { resources, faults } = await gatherMetrics({ url }, verified, 60_000)
    expect(asked).to.equal(1)
    expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_UNREACHABLE'])
    const rest = resources.find(({ address }) => address === 'label.*')
    expect(rest && attributeOf(rest, 'personal')).to.include({ known: false })
  })

  it('does not take a label for clean of which it saw a part only', async () => {
    const values = Array.from({ length: 6_000 }, (_, index) => `v${index}`)
    const url = await listen((request, response) => {
      const data = request.url?.endsWith('/labels')
        ? ['many', 'found']
        : request.url?.endsWith('/many/values')
          ? values
          : request.url?.endsWith('/found/values')
            ? ['kim@campus.example', ...values]
            : { resultType: 'scalar', result: [1, '2'] }
      response.end(JSON.stringify({ status: 'success', data }))
    })
    const { resources } = await gatherMetrics({ url }, verified, 60_000)
    const of = (name: string) => {
      const found = resources.find(({ address }) => address === `label.${name}`)
      return found && attributeOf(found, 'personal')
    }
    expect(of('many')).to.include({ known: false })
    expect(of('found')).to.deep.include({ value: ['email'] })
  })

  it('names a server that does not answer once, and leaves every answer unknown', async () => {
    const evidence: Evidence = await gather([], {
      metrics: [{ url: 'http://127.0.0.1:1' }],
      timeoutMillis: 60_000,
    })
    expect(evidence.faults).to.have.lengthOf(1)
    expect(evidence.faults[0]).to.deep.include({ code: 'GATHER_UNREACHABLE', hides: ['metrics'] })
    expect(evidence.resources).to.have.lengthOf(questions.length)
    for (const each of evidence.resources) expect(attributeOf(each, 'samples')?.known).to.equal(false)
  })

  it('reads no more of an answer than it may', async () => {
    const url = await listen((_request, response) => {
      response.end('x'.repeat(5_000_000))
    })
    const [answer] = (await gatherMetrics({ url }, verified, 60_000)).resources
    expect(answer?.attributes.get('')).to.include({ known: false })
  })
})

describe('the questions', () => {
  it('have a name each, of an item of the checklist', () => {
    expect(new Set(questions.map(({ id }) => id)).size).to.equal(questions.length)
    for (const { id } of questions) expect(id).to.match(/^[A-Z]{3}-\d{2}\.[a-z_]+$/)
  })
})
