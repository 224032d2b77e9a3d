/** What every exporter is to the graph. */
import type { Load } from './load.ts'

export interface Exporter {
  /**
   * Takes a load. What resolves is answered for: it is on the disk, with the other side, or in a queue in memory that
   * counts what it drops.
   *
   * @throws CollectorError that tells the client to send it again
   */
  readonly consume: (load: Load) => Promise<void>
  /** Items that wait or are being sent; absent where nothing waits. */
  readonly waiting?: () => number
  /** Gives what waits a while to leave. */
  readonly close: () => Promise<void>
}
