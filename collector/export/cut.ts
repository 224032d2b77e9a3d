/** Cuts a request that is larger than a batch may be, by way of the model. */
import { Load, type ItemOf, type LoadSignal } from '../graph/load.ts'
import { pointsOf, type Metric } from '../process/metric-model.ts'
import type { Batch, ResourceItems, ScopeItems } from '../process/model.ts'

/** What is sent as one. */
export interface Message {
  readonly items: number
  readonly bytes: Uint8Array
}

export interface CutLimit {
  readonly maxSize: number
  readonly sizer: 'items' | 'bytes'
}

/**
 * Cuts an encoded request into ones that are not larger than `maxSize`, in order; every item is in exactly one of them.
 * An item that is larger by itself stays whole. Pieces are laid out one by one: each has the whole of its resources.
 *
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, before the first piece
 */
export function* cutRequest(
  signal: LoadSignal,
  { items, bytes }: Message,
  limit: CutLimit,
): Generator<Message, void, undefined> {
  const isSmall = (limit.sizer === 'items' ? items : bytes.length) <= limit.maxSize
  if (isSmall || items <= 1) {
    yield { items, bytes }
    return
  }
  const most =
    limit.sizer === 'items'
      ? limit.maxSize
      : // At least two pieces, so that this comes to an end.
        Math.min(Math.ceil(items / 2), Math.max(1, Math.floor((items * limit.maxSize) / bytes.length)))
  const whole = Load.ofBytes(signal, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), items)
  let pieces = 0
  for (const piece of piecesOf(whole, most)) {
    pieces++
    yield* cutRequest(signal, piece, limit)
  }
  // Whoever said that there are items in it may know better.
  if (pieces === 0) yield { items, bytes }
}

/** Gives the part of an item that has room, and what is left of it. */
type CutItem<T> = (item: T, room: number) => { readonly head: T; readonly size: number; readonly rest?: T }

const cutters: { readonly [S in LoadSignal]: CutItem<ItemOf[S]> } = {
  traces: (span) => ({ head: span, size: 1 }),
  logs: (record) => ({ head: record, size: 1 }),
  // A metric counts by its points; one without any goes along.
  metrics: (metric, room) => {
    const size = pointsOf(metric).length
    if (size <= room) return { head: metric, size }
    return { head: withPoints(metric, 0, room), size: room, rest: withPoints(metric, room, size) }
  },
}

function withPoints(metric: Metric, from: number, to: number): Metric {
  // A part of the points of one kind of data is data of that kind.
  return { ...metric, data: { ...metric.data, points: pointsOf(metric).slice(from, to) } as Metric['data'] }
}

function* piecesOf<S extends LoadSignal>(load: Load<S>, most: number): Generator<Message, void, undefined> {
  const dealer = new Dealer(most, cutters[load.signal])
  const lay = (batch: Batch<ItemOf[S]>): Message => {
    const { items, bytes } = Load.ofBatch(load.signal, batch)
    return { items, bytes }
  }
  for (const resource of load.copy()) {
    for (const scope of resource.scopes) {
      for (const item of scope.items) yield* dealer.deal(resource, scope, item).map(lay)
    }
  }
  if (dealer.last.length > 0) yield lay(dealer.last)
}

/** Deals items out to batches of at most `most`, each with the resources and scopes of what it holds. */
class Dealer<T> {
  /** What the last items went into. */
  last: ResourceItems<T>[] = []
  readonly #most: number
  readonly #cut: CutItem<T>
  #room: number
  /** The scope that items are of, and where they go. */
  #scope: ScopeItems<T> | undefined
  #into: T[] = []

  constructor(most: number, cut: CutItem<T>) {
    this.#most = most
    this.#room = most
    this.#cut = cut
  }

  /** Takes an item, and answers the batches that it has no room in. */
  deal(resource: ResourceItems<T>, scope: ScopeItems<T>, item: T): ResourceItems<T>[][] {
    const full: ResourceItems<T>[][] = []
    for (let left: T | undefined = item; left !== undefined;) {
      if (this.#room === 0) full.push(this.#turn())
      if (this.#scope !== scope) this.#frame(resource, scope)
      const { head, size, rest }: ReturnType<CutItem<T>> = this.#cut(left, this.#room)
      this.#into.push(head)
      this.#room -= size
      left = rest
    }
    return full
  }

  #turn(): ResourceItems<T>[] {
    const full = this.last
    this.last = []
    this.#room = this.#most
    this.#scope = undefined
    return full
  }

  #frame(resource: ResourceItems<T>, scope: ScopeItems<T>): void {
    this.#scope = scope
    this.#into = []
    this.last.push({ ...resource, scopes: [{ ...scope, items: this.#into }] })
  }
}
