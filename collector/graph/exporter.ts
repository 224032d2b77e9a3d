/** What every exporter is to the graph. */
import type { Load } from './load.ts'

export interface Exporter {
  /**
   * True where a load that was taken outlives this process, or is with the other side. Such exporters are asked before
   * anybody else has the load, and one that refuses has the client send it again. Others are asked when the load is
   * safe already, and what they refuse is counted as lost.
   */
  readonly isDurable: boolean
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
