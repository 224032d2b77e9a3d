/** One scrape of one target: the page, its series, and what the scrape itself tells, such as `up`. */
import { CollectorError } from '../../errors.ts'
import { emptyMetric, emptyNumberPoint, type Metric } from '../../process/metric-model.ts'
import { emptyScope, type Batch } from '../../process/model.ts'
import { parseExposition, type ExposedFamily } from './exposition.ts'
import { metricsOf } from './scraped-metrics.ts'
import { Staleness, withEnded } from './staleness.ts'
import { labelFamilies, ownLabels, scrapedResource, type TargetLabels } from './target-labels.ts'

export interface Target extends TargetLabels {
  readonly url: URL
  /** Keeps the times that the target exposes. */
  readonly honorTimestamps: boolean
  readonly intervalMillis: number
  readonly timeoutMillis: number
}

export type ScrapeOutcome =
  | 'scraped'
  /** No connection, another status than 200, or too late. */
  | 'unreachable'
  /** Not the format it claims to be. */
  | 'malformed'
  /** Too many bytes or samples. */
  | 'too_many'

export interface ScrapeLimits {
  /** Of a page, inflated. */
  readonly maxBodyBytes: number
  readonly maxSamples: number
}

export interface TargetOptions extends ScrapeLimits {
  /** The platform's, or one that knows the house's authority. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>
}

export interface Scrape {
  readonly outcome: ScrapeOutcome
  readonly batch: Batch<Metric>
}

/** Versions that are understood, the one with exemplars first. */
const accept = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1'

export class ScrapedTarget {
  readonly target: Target
  readonly #options: TargetOptions
  readonly #staleness = new Staleness()

  constructor(target: Target, options: TargetOptions) {
    this.target = target
    this.#options = options
  }

  /**
   * Scrapes once and tells what came of it; a target that does not answer is a result like another.
   *
   * @param nowMillis the time that the samples get
   */
  async scrape(nowMillis: number, stop: AbortSignal): Promise<Scrape> {
    const began = performance.now()
    let families: readonly ExposedFamily[] = []
    let outcome: ScrapeOutcome = 'scraped'
    try {
      families = await this.#read(stop)
    } catch (error) {
      outcome = outcomeOf(error)
    }
    const seconds = (performance.now() - began) / 1_000
    return {
      outcome,
      batch: this.#batch(families, { outcome, seconds, nanos: BigInt(nowMillis) * 1_000_000n }),
    }
  }

  async #read(stop: AbortSignal): Promise<ExposedFamily[]> {
    const { url, timeoutMillis } = this.target
    const { fetch, maxBodyBytes, maxSamples } = this.#options
    const response = await fetch(url, {
      redirect: 'error',
      headers: {
        accept,
        'user-agent': 'campanile-collector',
        'x-prometheus-scrape-timeout-seconds': String(timeoutMillis / 1_000),
      },
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMillis), stop]),
    })
    const page = await pageOf(response, response.status === 200 ? maxBodyBytes : 0)
    const isOpenMetrics = (response.headers.get('content-type') ?? '').includes(
      'application/openmetrics-text',
    )
    return parseExposition(page, isOpenMetrics ? 'openmetrics' : 'prometheus', maxSamples)
  }

  #batch(families: readonly ExposedFamily[], told: Told): Batch<Metric> {
    const { target } = this
    const { honorTimestamps, scheme } = target
    const times = { nanos: told.nanos, honorTimestamps }
    const owners = new Map<string, Metric[]>()
    for (const { job, instance, families: own } of labelFamilies(families, target)) {
      owners.set(
        JSON.stringify([job, instance]),
        own.flatMap((family) => metricsOf(family, times)),
      )
    }
    const samples = families.reduce((sum, family) => sum + family.samples.length, 0)
    const { ended, added } = this.#staleness.exchange(owners, told.nanos)
    const self = JSON.stringify([target.job, target.instance])
    // Owners that are gone altogether go first, for the reason that metrics do.
    const gone = [...ended.keys()].filter((owner) => !owners.has(owner))
    return [...new Set([...gone, ...owners.keys(), self])].map((owner) => {
      const items = withEnded(owners.get(owner) ?? [], ended.get(owner) ?? [])
      if (owner === self) items.push(...this.#ownMetrics(told, { samples, added }))
      // Written by the lines above.
      const [job, instance] = JSON.parse(owner) as [string, string]
      return {
        resource: scrapedResource(job, instance, scheme),
        schemaUrl: '',
        scopes: [{ scope: emptyScope(), schemaUrl: '', items }],
      }
    })
  }

  /** The metrics that Prometheus adds to every scrape. */
  #ownMetrics(
    { outcome, seconds, nanos }: Told,
    { samples, added }: { samples: number; added: number },
  ): Metric[] {
    const gauge = (name: string, value: number, unit = ''): Metric => {
      const attributes = ownLabels(this.target).map(([key, own]) => ({ key, value: own }))
      const points = [{ ...emptyNumberPoint(), attributes, time: nanos, value: { double: value } }]
      return { ...emptyMetric(), name, unit, data: { kind: 'gauge', points } }
    }
    return [
      gauge('up', outcome === 'scraped' ? 1 : 0),
      gauge('scrape_duration_seconds', seconds, 's'),
      gauge('scrape_samples_scraped', samples),
      gauge('scrape_samples_post_metric_relabeling', samples),
      gauge('scrape_series_added', added),
    ]
  }
}

interface Told {
  readonly outcome: ScrapeOutcome
  readonly seconds: number
  readonly nanos: bigint
}

function outcomeOf(error: unknown): ScrapeOutcome {
  if (!(error instanceof CollectorError)) return 'unreachable'
  return error.code === 'SCRAPE_TOO_MANY' ? 'too_many' : 'malformed'
}

/** Reads a body; one that may have no bytes is given up at the first. */
async function pageOf(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  if (maxBytes === 0) {
    await response.body?.cancel()
    throw new Error(`found status ${response.status}, expected 200`)
  }
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxBytes) throw new CollectorError('SCRAPE_TOO_MANY', `found more than ${maxBytes} bytes`)
    parts.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts, size))
  } catch (cause) {
    throw new CollectorError('SCRAPE_MALFORMED', 'found bytes that are not utf-8, expected an exposition', {
      cause,
    })
  }
}
