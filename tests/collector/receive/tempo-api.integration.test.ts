/** What Grafana's Tempo data source calls, against a store on a real folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import protobuf from 'protobufjs'
import { countItems, type Batch, type Span } from '../../../collector/process/model.ts'
import { summarizeLogs, summarizeSpans } from '../../../collector/process/summary.ts'
import { createQueryApi } from '../../../collector/receive/query-api.ts'
import { SignalStore } from '../../../collector/store/signal-store.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { listen, type Listening } from '../../../lib/http.ts'
import { spansOf } from '../generate.ts'

const second = 1_000_000_000n

const { TraceByIDResponse } = protobuf.parse(`
  syntax = "proto3";
  message TraceByIDResponse { bytes trace = 1; bytes metrics = 2; int32 status = 3; string message = 4; }
`).root.nested as Record<'TraceByIDResponse', protobuf.Type>

describe("Tempo's API over the local store", () => {
  let directory: string
  let stores: Record<'traces' | 'logs', SignalStore>
  let door: Listening
  let traceId: string
  let startSeconds: number

  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${door.port}/tempo${path}`, { headers })
  const read = async (path: string) => {
    const response = await ask(path)
    expect(response.status, path).to.equal(200)
    return (await response.json()) as Record<string, never>
  }
  const search = async (query: string, more = '') =>
    (await read(`/api/search?q=${encodeURIComponent(query)}${more}`))['traces'] as unknown as {
      traceID: string
      rootServiceName: string
      rootTraceName: string
      startTimeUnixNano: string
      durationMs: number
      spanSets: { matched: number; spans: { spanID: string; durationNanos: string }[] }[]
    }[]

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-tempo-'))
    const open = (signal: string) =>
      SignalStore.open({
        directory: join(directory, signal),
        maxBytes: 2 ** 22,
        maxAgeMillis: 3_600_000,
        now: () => 1_790_000_000_000,
        onFault: () => undefined,
      })
    stores = { traces: await open('traces'), logs: await open('logs') }
    for (const [service, seed] of [
      ['academics', 1],
      ['booking', 2],
      ['portal', 3],
    ] as const) {
      const batch = batchOf(service, seed)
      await stores.traces.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
    }
    const [first] = batchOf('academics', 1)[0]?.scopes[0]?.items ?? []
    traceId = first?.traceId ?? ''
    startSeconds = Number((first?.start ?? 0n) / second)
    await stores.logs.append(Buffer.alloc(0), summarizeLogs([]))
    door = await listen(createQueryApi({ ...stores, onRejected: () => undefined }), {
      port: 0,
      onRejected: () => undefined,
    })
  })
  after(async () => {
    await door.close()
    await Promise.all([stores.traces.close(), stores.logs.close()])
    await rm(directory, { recursive: true })
  })

  it('answers the probes of a data source', async () => {
    expect(await (await ask('/api/echo')).text()).to.equal('echo')
    expect(await read('/api/status/buildinfo')).to.have.property('version')
  })

  it('gives a trace by its id as protobuf, whole', async () => {
    const response = await ask(`/api/traces/${traceId}`, { accept: 'application/protobuf' })
    expect(response.headers.get('content-type')).to.equal('application/protobuf')
    const batch = decodeTraces(Buffer.from(await response.arrayBuffer()))
    expect(countItems(batch)).to.equal(8)
    expect(batch[0]?.resource.attributes[0]).to.deep.equal({ key: 'service.name', value: 'academics' })
    const items = batch.flatMap(({ scopes }) => scopes.flatMap(({ items: all }) => all))
    const expected = batchOf('academics', 1)[0]?.scopes[0]?.items.slice(0, 8)
    expect(items).to.deep.equal(expected)
  })

  it('gives a trace in the envelope of the second version, as protobuf and as JSON', async () => {
    const response = await ask(`/api/v2/traces/${traceId}`, { accept: 'application/protobuf' })
    const envelope = TraceByIDResponse.toObject(
      TraceByIDResponse.decode(Buffer.from(await response.arrayBuffer())),
    ) as { trace: Buffer; status?: number }
    expect(countItems(decodeTraces(envelope.trace))).to.equal(8)
    expect(envelope).to.not.have.property('status')
    const { trace } = (await read(`/api/v2/traces/${traceId}`)) as unknown as {
      trace: { resourceSpans: { scopeSpans: { spans: { traceId: string; kind: string }[] }[] }[] }
    }
    const span = trace.resourceSpans[0]?.scopeSpans[0]?.spans[0]
    expect(Buffer.from(span?.traceId ?? '', 'base64').toString('hex')).to.equal(traceId)
    expect(span?.kind).to.equal('SPAN_KIND_SERVER')
    expect(await read(`/api/traces/${traceId}`)).to.have.property('batches')
  })

  it('answers 404 for a trace it has not, and 400 for what is no id', async () => {
    for (const version of ['', '/v2']) {
      expect((await ask(`/api${version}/traces/${'0'.repeat(31)}1`)).status).to.equal(404)
      expect((await ask(`/api${version}/traces/xyz`)).status).to.equal(400)
    }
    const range = `?start=${startSeconds - 9_000}&end=${startSeconds - 8_000}`
    expect((await ask(`/api/traces/${traceId}${range}`)).status).to.equal(404)
  })

  it('finds traces by service, attributes, status and duration, latest first', async () => {
    const all = await search('{}', '&limit=1000')
    expect(all).to.have.length(24)
    const starts = all.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano))
    expect(starts).to.deep.equal(starts.toSorted((one, other) => (one < other ? 1 : -1)))
    const slow = await search(
      '{ resource.service.name = "booking" && span.http.route = "/courses/:id/roster" && duration > 38ms }',
    )
    expect(slow.map(({ rootServiceName }) => rootServiceName)).to.deep.equal(['booking'])
    expect(slow[0]?.spanSets[0]?.matched).to.equal(1)
    expect(slow[0]?.spanSets[0]?.spans[0]?.durationNanos).to.equal('39000000')
    expect(await search('{ status = error }', '&limit=1000')).to.have.length(6)
    expect(await search('{ name = "no such name" }')).to.deep.equal([])
  })

  it('keeps to the limit, the spans of a set and the time range', async () => {
    expect(await search('{}', '&limit=3')).to.have.length(3)
    const [found] = await search('{}', '&limit=1&spss=2')
    expect(found?.spanSets[0]?.spans).to.have.length(2)
    expect(found?.spanSets[0]?.matched).to.equal(8)
    const range = `&limit=1000&start=${startSeconds}&end=${startSeconds}`
    const inRange = await search('{}', range)
    expect(new Set(inRange.map(({ rootServiceName }) => rootServiceName))).to.deep.equal(
      new Set(['academics']),
    )
  })

  it('finds traces by tags and by how long they took', async () => {
    const tags = encodeURIComponent('service.name=portal http.request.method=GET server.port=8003')
    const { traces } = await read(`/api/search?tags=${tags}&limit=100`)
    expect(traces).to.have.length(8)
    const longest = await read(`/api/search?tags=${tags}&limit=100&minDuration=39ms`)
    expect(longest['traces']).to.have.length(1)
    const shortest = await read(`/api/search?tags=${tags}&limit=100&maxDuration=10ms`)
    expect((shortest['traces'] as unknown as unknown[]).length).to.be.within(1, 7)
  })

  it('lists tags and their values', async () => {
    const { scopes } = await read('/api/v2/search/tags')
    const named = Object.fromEntries(
      (scopes as unknown as { name: string; tags: string[] }[]).map(({ name, tags }) => [name, tags]),
    )
    expect(named['resource']).to.deep.equal(['service.name'])
    expect(named['span']).to.include('http.route')
    expect(named['intrinsic']).to.include('duration')
    expect((await read('/api/search/tags'))['tagNames']).to.include.members(['service.name', 'http.route'])
    const values = async (path: string) => (await read(path))['tagValues'] as unknown
    expect(await values('/api/v2/search/tag/resource.service.name/values')).to.deep.equal(
      ['academics', 'booking', 'portal'].map((value) => ({ type: 'string', value })),
    )
    expect(await values('/api/search/tag/service.name/values')).to.have.members([
      'academics',
      'booking',
      'portal',
    ])
    expect(await values('/api/v2/search/tag/span.server.port/values')).to.deep.equal([
      { type: 'int', value: '8003' },
    ])
    expect(await values('/api/v2/search/tag/status/values')).to.deep.include({
      type: 'keyword',
      value: 'error',
    })
    const filter = encodeURIComponent('{ resource.service.name = "booking" }')
    expect(await values(`/api/v2/search/tag/.service.name/values?q=${filter}`)).to.deep.equal([
      { type: 'string', value: 'booking' },
    ])
  })

  it('lists values where a filter asks for more than any number', async () => {
    const filter = encodeURIComponent(`{ duration > ${'9'.repeat(400)}s }`)
    const { tagValues } = await read(`/api/v2/search/tag/span.server.port/values?q=${filter}`)
    expect(tagValues).to.deep.equal([{ type: 'int', value: '8003' }])
  })

  it('refuses by name what it does not support', async () => {
    const refused = [
      ['/api/search?q={}%20|%20count()%20%3E%202', 'q'],
      ['/api/search?q={%20event.name%20=%20%22x%22%20}', 'q'],
      ['/api/search?minDuration=long', 'minDuration'],
      [`/api/search?minDuration=${'9'.repeat(400)}s`, 'minDuration'],
      [`/api/search?tags=name=x%20${'b'.repeat(4_096)}`, 'tags'],
      ['/api/search?limit=none', 'limit'],
      ['/api/search?start=1', 'start'],
      ['/api/search?start=now&end=1', 'start'],
      ['/api/search?q={}&q={}', 'q'],
      ['/api/metrics/query_range?q={}|rate()', 'q'],
      ['/api/v2/search/tags?scope=colour', 'scope'],
      ['/api/v2/search/tag/colour/values', 'tag'],
    ] as const
    for (const [path, at] of refused) {
      const response = await ask(path)
      expect(response.status, path).to.equal(400)
      const problem = (await response.json()) as { code: string; faults: { at: string }[] }
      expect(problem.code).to.equal('QUERY_INVALID')
      expect(problem.faults[0]?.at, path).to.equal(at)
    }
  })
})

function batchOf(service: string, seed: number): Batch<Span> {
  return spansOf(64, seed).map((part) => ({
    ...part,
    resource: { attributes: [{ key: 'service.name', value: service }], droppedAttributes: 0 },
  }))
}
