/** A producer without a spool: it numbers its events, sends a batch until it has its receipts, and then the next. */
import { randomUUID } from 'node:crypto'
import type { AuditEvent, Receipt } from '../../../contracts/audit-event.ts'
import { anEvent, append, type LedgerProcess } from '../ledger-process.ts'

export interface SenderOptions {
  readonly tenant: string
  /** Most events of a batch. */
  readonly batchSize: number
  /** The ledger of this moment. */
  readonly ledger: () => LedgerProcess
}

export class Sender {
  readonly #options: SenderOptions
  /** What was acknowledged, in order. */
  readonly receipts: Receipt[] = []
  /** Batches that were sent more than once. */
  repeated = 0
  #next = 0
  #isStopping = false
  #isAbandoned = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  get tenant(): string {
    return this.#options.tenant
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends once the batch under way is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
  }

  /** Ends without waiting for an answer. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true
    await this.stop()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const batch = this.#makeBatch()
      while (!(await this.#offer(batch)) && !this.#isAbandoned) {
        this.repeated++
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  #makeBatch(): AuditEvent[] {
    const { tenant, batchSize } = this.#options
    return Array.from({ length: 1 + (this.#next % batchSize) }, () => {
      const sequence = this.#next++
      // Some new subjects all the time, so that the keystore is written too.
      const subject = `student-${Math.floor(sequence / 7)}`
      const personal = { actor: 'faculty-1', subject, party: 'Advisor', interest: 'advising' }
      return anEvent({ id: randomUUID(), tenant, sequence, personal })
    })
  }

  async #offer(batch: readonly AuditEvent[]): Promise<boolean> {
    try {
      const receipts = await append(this.#options.ledger(), batch)
      if (receipts.length < batch.length) return false
      this.receipts.push(...receipts)
      return true
    } catch {
      // Killed, not there yet or in trouble: what a producer does is to send the same again.
      return false
    }
  }
}
