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
 * An item that is larger by itself stays whole.
 */
export function cutRequest(signal: LoadSignal, { items, bytes }: Message, limit: CutLimit): Message[] {
  const isSmall = (limit.sizer === 'items' ? items : bytes.length) <= limit.maxSize
  if (isSmall || items <= 1) return [{ items, bytes }]
  const most =
    limit.sizer === 'items'
      ? limit.maxSize
      : // At least two pieces, so that this comes to an end.
        Math.min(Math.ceil(items / 2), Math.max(1, Math.floor((items * limit.maxSize) / bytes.length)))
  const whole = Load.ofBytes(signal, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), items)
  return piecesOf(whole, most).flatMap((piece) => cutRequest(signal, piece, limit))
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

function piecesOf<S extends LoadSignal>(load: Load<S>, most: number): Message[] {
  const dealer = new Dealer(most, cutters[load.signal])
  for (const resource of load.copy()) {
    for (const scope of resource.scopes) for (const item of scope.items) dealer.deal(resource, scope, item)
  }
  return dealer.pieces.map((batch) => {
    const { items, bytes } = Load.ofBatch(load.signal, batch)
    return { items, bytes }
  })
}

/** Deals items out to batches of at most `most`, each with the resources and scopes of what it holds. */
class Dealer<T> {
  readonly pieces: Batch<T>[] = []
  readonly #most: number
  readonly #cut: CutItem<T>
  #room = 0
  /** The scope that items are of, and where they go. */
  #scope: ScopeItems<T> | undefined
  #into: T[] = []

  constructor(most: number, cut: CutItem<T>) {
    this.#most = most
    this.#cut = cut
  }

  deal(resource: ResourceItems<T>, scope: ScopeItems<T>, item: T): void {
    for (let left: T | undefined = item; left !== undefined;) {
      this.#frame(resource, scope)
      const { head, size, rest }: ReturnType<CutItem<T>> = this.#cut(left, this.#room)
      this.#into.push(head)
      this.#room -= size
      left = rest
    }
  }

  /** Sees to a place for the next item. */
  #frame(resource: ResourceItems<T>, scope: ScopeItems<T>): void {
    if (this.#room === 0) {
      this.pieces.push([])
      this.#room = this.#most
    } else if (this.#scope === scope) return
    this.#scope = scope
    this.#into = []
    this.pieces.at(-1)?.push({ ...resource, scopes: [{ ...scope, items: this.#into }] })
  }
}
