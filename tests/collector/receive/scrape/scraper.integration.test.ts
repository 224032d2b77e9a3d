/** The prometheus receiver against targets of every kind: good, gone, hostile; and against our own page. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { exposeMetrics } from '../../../../collector/export/prometheus-page.ts'
import { PrometheusStore } from '../../../../collector/export/prometheus-store.ts'
import { isStale, pointsOf, temporality, type Metric } from '../../../../collector/process/metric-model.ts'
import type { Batch } from '../../../../collector/process/model.ts'
import { createRedactor } from '../../../../collector/process/redact.ts'
import { Scraper, type ScraperOptions } from '../../../../collector/receive/scrape/scraper.ts'
import type { ScrapeOutcome } from '../../../../collector/receive/scrape/target.ts'
import { createFence } from '../../../../privacy/fence.ts'
import { eventually } from '../../../support/poll.ts'
import { gauge, histogram, metricOf, metricsOf, sum, summary } from '../../metrics-of.ts'

const servers: Server[] = []
const scrapers: Scraper[] = []

async function serve(answer: RequestListener): Promise<string> {
  // No connection is closed while a scrape is on its way to it.
  const server = createServer({ keepAliveTimeout: 0 }, answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Seen {
  readonly batches: Batch<Metric>[]
  readonly outcomes: ScrapeOutcome[]
  lost: number
}

function scrape(targets: readonly string[], given: Partial<ScraperOptions> = {}): Seen {
  const seen: Seen = { batches: [], outcomes: [], lost: 0 }
  const job = {
    jobName: 'engines',
    // Longer than the interval, which Prometheus would not take: a slow machine is no failed scrape here.
    scrapeTimeout: 60_000,
    metricsPath: '/metrics',
    scheme: 'http',
    honorLabels: false,
    honorTimestamps: true,
    staticConfigs: [{ targets, labels: {} }],
  }
  const scraper = new Scraper({
    settings: { config: { global: { scrapeInterval: 50, scrapeTimeout: 60_000 }, scrapeConfigs: [job] } },
    fetch,
    nowMillis: Date.now,
    maxBodyBytes: 100_000,
    maxSamples: 1_000,
    take: (batch) => Promise.resolve(void seen.batches.push(batch)),
    onScraped: (outcome) => seen.outcomes.push(outcome),
    onLost: (points) => (seen.lost += points),
    ...given,
  })
  scrapers.push(scraper)
  scraper.start()
  return seen
}

const metricsIn = (batch: Batch<Metric> | undefined): Metric[] =>
  (batch ?? []).flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))

function valueOf(batch: Batch<Metric> | undefined, name: string): unknown {
  const metric = metricsIn(batch).find((own) => own.name === name)
  const [point] = metric === undefined ? [] : pointsOf(metric)
  return point !== undefined && 'value' in point ? point.value : undefined
}

function openStore(): PrometheusStore {
  return new PrometheusStore({
    namespace: '',
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    constLabels: {},
    resourceConstantLabels: { included: [], excluded: [] },
    withoutScopeInfo: false,
    metricExpiration: 300_000,
    maxLines: 1_000,
    maxCharacters: 2 ** 26,
    reserved: new Set(),
    onDropped: () => undefined,
  })
}

describe('the prometheus receiver', () => {
  afterEach(async () => {
    await Promise.all(scrapers.splice(0).map((scraper) => scraper.close()))
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  it('scrapes again and again, and tells up, duration and samples', async () => {
    let accept: string | undefined
    const target = await serve((request, response) => {
      accept = request.headers.accept
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('# TYPE hits_total counter\nhits_total 5\nqueue 3\n'))
    })
    const seen = scrape([target])
    await eventually('three scrapes', () => seen.batches.length >= 3)
    const [first, second] = seen.batches
    expect(seen.outcomes.slice(0, 3)).to.deep.equal(['scraped', 'scraped', 'scraped'])
    expect(accept).to.match(/^application\/openmetrics-text/)
    expect(valueOf(first, 'hits_total')).to.deep.equal({ double: 5 })
    expect(valueOf(first, 'up')).to.deep.equal({ double: 1 })
    expect(valueOf(first, 'scrape_samples_scraped')).to.deep.equal({ double: 2 })
    expect(valueOf(first, 'scrape_series_added')).to.deep.equal({ double: 2 })
    expect(valueOf(second, 'scrape_series_added')).to.deep.equal({ double: 0 })
    expect(first?.[0]?.resource.attributes).to.deep.include.members([
      { key: 'service.name', value: 'engines' },
      { key: 'service.instance.id', value: target },
    ])
  })

  it('ends the series of a target that is gone, and says that it is down', async () => {
    let status = 200
    const target = await serve((_request, response) => response.writeHead(status).end('queue 3\n'))
    const seen = scrape([target])
    await eventually('a scrape', () => seen.batches.length >= 1)
    status = 503
    const down = await eventually('the target is down', () =>
      seen.batches.find((batch) => JSON.stringify(valueOf(batch, 'up')) === '{"double":0}'),
    )
    const queue = metricsIn(down).find(({ name }) => name === 'queue')
    expect(queue === undefined ? [] : pointsOf(queue).map(isStale)).to.deep.equal([true])
    expect(seen.outcomes).to.include('unreachable')
  })

  it('ends no series that lives on under the labels which the fence leaves', async () => {
    let scrapes = 0
    const target = await serve((_request, response) => {
      const own = `{worker="w${++scrapes}"} ${scrapes}`
      response.end(
        `# TYPE done_total counter\ndone_total${own}\ndone_total{worker="old"} 5\n# TYPE depth gauge\ndepth${own}\n`,
      )
    })
    const seen = scrape([target])
    await eventually('three scrapes', () => seen.batches.length >= 3)
    const redactor = createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count }))
    const store = openStore()
    seen.batches.slice(0, 3).forEach((batch, index) => {
      redactor.metrics(batch)
      store.add(batch, Date.now())
      const points = (name: string) =>
        metricsIn(batch)
          .filter((metric) => metric.name === name)
          .flatMap(pointsOf)
          .map((point) => ['value' in point ? point.value : undefined, isStale(point)])
      expect(points('done_total')).to.deep.equal([[{ double: index + 6 }, false]])
      expect(points('depth')).to.deep.equal([[{ double: index + 1 }, false]])
    })
    expect(store.families(Date.now()).map(({ name }) => name)).to.include.members(['done_total', 'depth'])
  })

  it('gives up pages that are too long, hold too much, or are no pages', async () => {
    const endless: RequestListener = (_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write('a 1\n'.repeat(1_000)));
        if (!response.destroyed) response.once('drain', write)
      }
      write()
    }
    const cases: readonly (readonly [RequestListener, ScrapeOutcome])[] = [
      [endless, 'too_many'],
      [(_request, response) => response.end(gzipBomb(response)), 'too_many'],
      [(_request, response) => response.end('a 1\n'.repeat(1_001)), 'too_many'],
      [(_request, response) => response.end('<html>'), 'malformed'],
      [(_request, response) => response.end(Buffer.from([0x61, 0xff, 0x20, 0x31])), 'malformed'],
      [(_request, response) => response.writeHead(302, { location: '/other' }).end(), 'unreachable'],
      [(request) => request.socket.destroy(), 'unreachable'],
    ]
    for (const [answer, outcome] of cases) {
      const seen = scrape([await serve(answer)])
      await eventually(outcome, () => seen.outcomes.length > 0)
      expect(seen.outcomes[0]).to.equal(outcome)
      expect(valueOf(seen.batches[0], 'up')).to.deep.equal({ double: 0 })
    }
  })

  it('counts what nobody took, and scrapes on', async () => {
    const target = await serve((_request, response) => response.end('queue 3\n'))
    const seen = scrape([target], { take: () => Promise.reject(new Error('full')) })
    await eventually('two scrapes', () => seen.outcomes.length >= 2)
    expect(seen.lost).to.be.at.least(6)
  })

  it('reads off our own page what was put on it, through the fence', async () => {
    const first = openStore()
    const time = BigInt(Date.now()) * 1_000_000n
    const attributes = { 'http.route': '/' }
    first.add(
      metricsOf({}, [
        metricOf('queue.length', gauge({ time, value: 3 })),
        metricOf('hits', sum(temporality.cumulative, true, { time, value: 12, attributes })),
        metricOf(
          'took',
          histogram(temporality.cumulative, {
            time,
            count: 6n,
            sum: 9,
            bucketCounts: [1n, 5n],
            bounds: [0.5],
          }),
        ),
        metricOf('wait', summary({ time, count: 2n, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] })),
      ]),
      Date.now(),
    )
    const page = (store: PrometheusStore) =>
      exposeMetrics(store.families(Date.now()), {
        openMetrics: true,
        allowsUtf8: false,
        sendTimestamps: false,
      })
    const target = await serve((_request, response) => {
      response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
      response.end(page(first))
    })
    const seen = scrape([target])
    const batch = await eventually('a scrape', () => seen.batches[0])
    createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count })).metrics(batch)
    const second = openStore()
    second.add(batch, Date.now())
    const labels = `instance="${target}",job="engines"`
    // The label of the route is no attribute that is declared, so the fence took it away.
    expect(
      page(second)
        .split('\n')
        .filter((line) => !/^(?:#|$|scrape_|target_info)/.test(line)),
    ).to.deep.equal([
      `hits_total{${labels}} 12`,
      `queue_length{${labels}} 3`,
      `took_bucket{${labels},le="0.5"} 1`,
      `took_bucket{${labels},le="+Inf"} 6`,
      `took_sum{${labels}} 9`,
      `took_count{${labels}} 6`,
      `up{${labels}} 1`,
      `wait{${labels},quantile="0.5"} 1`,
      `wait_sum{${labels}} 3`,
      `wait_count{${labels}} 2`,
    ])
  })
})

/** A megabyte in a kilobyte. */
function gzipBomb(response: Parameters<RequestListener>[1]): Buffer {
  response.setHeader('content-encoding', 'gzip')
  return gzipSync(Buffer.alloc(1_000_000, 'a'))
}
