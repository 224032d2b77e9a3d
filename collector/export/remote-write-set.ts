/** The series of one remote write, each once. */
import type { Labels } from './prometheus-labels.ts'
import type { NativeHistogram } from './remote-write-histogram.ts'

export interface RemoteSample {
  /** `stale` ends a series. */
  readonly value: number | 'stale'
  readonly timeMillis: number
}

export interface RemoteExemplar {
  readonly labels: Labels
  readonly value: number
  readonly timeMillis: number
}

export interface RemoteHistogram {
  readonly histogram: NativeHistogram
  readonly isStale: boolean
  readonly timeMillis: number
}

export interface RemoteSeries {
  /** In stretches, with `__name__`, sorted. A stretch that series of one point share is one object. */
  readonly labels: readonly Labels[]
  readonly samples: RemoteSample[]
  readonly exemplars: RemoteExemplar[]
  readonly histograms: RemoteHistogram[]
  /** Points that this series stands for when it is lost: a histogram counts with its `_count`. */
  points: number
}

export class SeriesSet {
  readonly #groups = new Map<string, LabelledSeries>()

  /** Finds the series that share labels, whatever their names. */
  of(labels: Labels): LabelledSeries {
    const identity = JSON.stringify(labels)
    let found = this.#groups.get(identity)
    if (found === undefined) this.#groups.set(identity, (found = new LabelledSeries(labels)))
    return found
  }

  /** Lists the series, the samples of each by time. One that ends and lives at a time lives. */
  sorted(): RemoteSeries[] {
    const all = [...this.#groups.values()].flatMap((group) => [...group.list()])
    for (const { samples, exemplars, histograms } of all) {
      for (const list of [samples, exemplars, histograms]) list.sort((a, b) => a.timeMillis - b.timeMillis)
      leaveOutEnds(samples, ({ value }) => value === 'stale')
      leaveOutEnds(histograms, ({ isStale }) => isStale)
    }
    return all
  }
}

/** Series of the same labels but for their names and one label more. */
export class LabelledSeries {
  readonly #labels: Labels
  readonly #series = new Map<string, RemoteSeries>()
  /** The labels around `__name__` and one more, by its name; empty for none. */
  readonly #stretches = new Map<string, readonly [Labels, Labels, Labels]>()

  constructor(labels: Labels) {
    this.#labels = labels
  }

  /** Finds a series, or begins it. */
  at(name: string, extra?: Labels[number]): RemoteSeries {
    const key = extra === undefined ? name : `${name}\0${extra[0]}\0${extra[1]}`
    let found = this.#series.get(key)
    if (found === undefined) {
      const [before, between, behind] = this.#around(extra?.[0] ?? '')
      const named: Labels = [['__name__', name]]
      const labels =
        extra === undefined ? [before, named, between] : [before, named, between, [extra], behind]
      found = { labels, samples: [], exemplars: [], histograms: [], points: 0 }
      this.#series.set(key, found)
    }
    return found
  }

  list(): Iterable<RemoteSeries> {
    return this.#series.values()
  }

  /** Parts the labels where others go; one of the same name gives way. `__name__` stands before `le` and `quantile`. */
  #around(extra: string): readonly [Labels, Labels, Labels] {
    let found = this.#stretches.get(extra)
    if (found === undefined) {
      const isLast = ([name]: Labels[number]) => extra !== '' && name > extra
      found = [
        this.#labels.filter(([name]) => name < '__name__'),
        this.#labels.filter((label) => label[0] > '__name__' && label[0] !== extra && !isLast(label)),
        this.#labels.filter(isLast),
      ]
      this.#stretches.set(extra, found)
    }
    return found
  }
}

/** Takes ends out of a sorted list where something that lives has their time. */
function leaveOutEnds<T extends { readonly timeMillis: number }>(
  list: T[],
  isEnd: (one: T) => boolean,
): void {
  if (list.length < 2 || !list.some(isEnd)) return
  const living = new Set(list.filter((one) => !isEnd(one)).map(({ timeMillis }) => timeMillis))
  const kept = list.filter((one) => !isEnd(one) || !living.has(one.timeMillis))
  kept.forEach((one, index) => (list[index] = one))
  list.length = kept.length
}
