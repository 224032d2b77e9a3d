/** Requests between services that wait for the span of their other side. */

/** One request: complete when both sides are known. */
export interface Edge {
  readonly key: string
  /** Nobody called: the server's span has no parent. */
  readonly isRoot: boolean
  readonly expiresMillis: number
  client: string
  server: string
  connection: string
  clientSeconds: number
  serverSeconds: number
  failed: boolean
  /** Labels `client_…` and `server_…`. */
  readonly dimensions: Map<string, string>
  /** What the client says that it called; empty where it does not. */
  peer: string
}

export interface EdgesOptions {
  readonly ttlMillis: number
  /** Most edges that wait; a span that would begin one more is refused. */
  readonly maxItems: number
  readonly onComplete: (edge: Edge) => void
  readonly onExpired: (edge: Edge) => void
}

/** Edges by trace and client span; the oldest expire first. */
export class WaitingEdges {
  readonly #options: EdgesOptions
  /** In the order in which they were begun, which is that in which they expire. */
  readonly #edges = new Map<string, Edge>()

  constructor(options: EdgesOptions) {
    this.#options = options
  }

  /**
   * Adds what a span knows about its edge.
   *
   * @param spanId of the client's side; empty at the beginning of a trace
   * @returns whether there was room
   */
  update(
    { traceId, spanId }: { readonly traceId: string; readonly spanId: string },
    nowMillis: number,
    change: (edge: Edge) => void,
  ): boolean {
    const key = `${traceId}/${spanId}`
    const known = this.#edges.get(key)
    const edge = known ?? newEdge(key, spanId === '', nowMillis + this.#options.ttlMillis)
    change(edge)
    if (edge.client !== '' && edge.server !== '') {
      this.#edges.delete(key)
      this.#options.onComplete(edge)
      return true
    }
    if (known !== undefined) return true
    if (this.#edges.size >= this.#options.maxItems) this.expire(nowMillis)
    if (this.#edges.size >= this.#options.maxItems) return false
    this.#edges.set(key, edge)
    return true
  }

  /** Lets go of the edges that have waited long enough. */
  expire(nowMillis: number): void {
    for (const edge of this.#edges.values()) {
      if (edge.expiresMillis >= nowMillis) return
      this.#edges.delete(edge.key)
      this.#options.onExpired(edge)
    }
  }
}

function newEdge(key: string, isRoot: boolean, expiresMillis: number): Edge {
  return {
    key,
    isRoot,
    expiresMillis,
    client: '',
    server: '',
    connection: '',
    clientSeconds: 0,
    serverSeconds: 0,
    failed: false,
    dimensions: new Map(),
    peer: '',
  }
}
