/** The `prometheus` receiver: scrapes the targets that its configuration lists, each at its own pace. */
import { setTimeout as sleep } from 'node:timers/promises'
import { countPoints, type Metric } from '../../process/metric-model.ts'
import type { Batch } from '../../process/model.ts'
import { ScrapedTarget, type ScrapeOutcome, type Target, type TargetOptions } from './target.ts'

/** The part of Prometheus' own configuration that is understood; times in milliseconds. */
export interface ScrapeSettings {
  readonly config: {
    readonly global: { readonly scrapeInterval: number; readonly scrapeTimeout: number }
    readonly scrapeConfigs: readonly ScrapeConfig[]
  }
}

export interface ScrapeConfig {
  readonly jobName: string
  readonly scrapeInterval?: number
  readonly scrapeTimeout?: number
  readonly metricsPath: string
  readonly scheme: string
  readonly honorLabels: boolean
  readonly honorTimestamps: boolean
  readonly staticConfigs: readonly {
    readonly targets: readonly string[]
    readonly labels: Readonly<Record<string, string>>
  }[]
}

export interface ScraperOptions extends TargetOptions {
  readonly settings: ScrapeSettings
  readonly nowMillis: () => number
  /** Takes what was scraped, before the fence; rejects when it could not be kept. */
  readonly take: (batch: Batch<Metric>) => Promise<void>
  readonly onScraped: (outcome: ScrapeOutcome) => void
  /** Told of points that were not taken: there is no second scrape of the same time. */
  readonly onLost: (points: number) => void
}

/** Lists the targets of a configuration. */
export function targetsOf({ config }: ScrapeSettings): Target[] {
  return config.scrapeConfigs.flatMap((job) => {
    const intervalMillis = job.scrapeInterval ?? config.global.scrapeInterval
    // A timeout that is not given for the job is never longer than its interval, as in Prometheus.
    const timeoutMillis = job.scrapeTimeout ?? Math.min(config.global.scrapeTimeout, intervalMillis)
    return job.staticConfigs.flatMap(({ targets, labels }) =>
      targets.map((instance) => ({
        job: job.jobName,
        instance,
        scheme: job.scheme,
        labels,
        honorLabels: job.honorLabels,
        honorTimestamps: job.honorTimestamps,
        url: new URL(job.metricsPath, `${job.scheme}://${instance}`),
        intervalMillis,
        timeoutMillis,
      })),
    )
  })
}

export class Scraper {
  readonly #options: ScraperOptions
  readonly #stop = new AbortController()
  #loops: readonly Promise<void>[] = []

  constructor(options: ScraperOptions) {
    this.#options = options
  }

  start(): void {
    const { settings } = this.#options
    this.#loops = targetsOf(settings).map((target) => this.#run(new ScrapedTarget(target, this.#options)))
  }

  /** Scrapes one target until the end. Nothing leaves it: a failed scrape is told and the next one comes. */
  async #run(scraped: ScrapedTarget): Promise<void> {
    const { intervalMillis, instance, job } = scraped.target
    let due = performance.now() + (spreadOf(`${job}/${instance}`) % intervalMillis)
    while (await this.#wait(due - performance.now())) {
      await this.#scrape(scraped)
      // A scrape that took longer than its interval leaves out the ones it overran.
      const behind = Math.max(0, Math.floor((performance.now() - due) / intervalMillis))
      due += (behind + 1) * intervalMillis
    }
  }

  async #scrape(scraped: ScrapedTarget): Promise<void> {
    const { nowMillis, onScraped, onLost, take } = this.#options
    const { outcome, batch } = await scraped.scrape(nowMillis(), this.#stop.signal)
    if (this.#stop.signal.aborted) return
    onScraped(outcome)
    // Counted first: those who take the batch change it.
    const points = countPoints(batch)
    try {
      await take(batch)
    } catch {
      onLost(points)
    }
  }

  /** Waits, and tells whether there is a reason to go on. */
  async #wait(millis: number): Promise<boolean> {
    return sleep(Math.max(0, millis), true, { signal: this.#stop.signal }).catch(() => false)
  }

  /** Ends every scrape, and resolves when nothing more will be taken. */
  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#loops)
  }
}

/** Spreads targets over their interval, the same way after every start (FNV-1a). */
function spreadOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
