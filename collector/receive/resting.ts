/**
 * Connections that rest while others wait for room. What a connection has sent of its next request would be read and
 * then lie here until its turn, long enough to be old for the collector of garbage, which takes old buffers last and at
 * a price: with ten times the load a span cost a third more. The kernel holds it for nothing.
 */

/** What of a connection is needed. */
export interface Restable {
  readonly destroyed: boolean
  pause(): unknown
  resume(): unknown
}

/** Longest rest: whoever has waited so long is read, so that it is let in or told to come again. */
export const longestRestMillis = 1_000

export class RestingConnections {
  /** Oldest first. */
  readonly #timers = new Map<Restable, NodeJS.Timeout>()

  get size(): number {
    return this.#timers.size
  }

  /** Reads no more of a connection until it is woken, or for `longestRestMillis`. */
  add(connection: Restable): void {
    if (connection.destroyed || this.#timers.has(connection)) return
    connection.pause()
    const timer = setTimeout(() => this.#wake(connection), longestRestMillis)
    // A connection at rest keeps no process alive.
    timer.unref()
    this.#timers.set(connection, timer)
  }

  /** Reads on from those that have rested for longest. */
  wake(count: number): void {
    for (const connection of this.#timers.keys()) {
      if (count-- <= 0) return
      this.#wake(connection)
    }
  }

  #wake(connection: Restable): void {
    clearTimeout(this.#timers.get(connection))
    this.#timers.delete(connection)
    connection.resume()
  }
}
