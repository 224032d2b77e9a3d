/** Exporter `file`: what has passed the fence, in a file. What waits to be written is in memory, for `flush_interval` at most. */
import { CollectorError } from '../errors.ts'
import type { Exporter } from '../graph/exporter.ts'
import type { Load, LoadSignal } from '../graph/load.ts'
import { formatPayload, type PayloadFormat } from './payload-format.ts'
import type { RotatingFile } from './rotating-file.ts'

export interface FileExporterOptions {
  readonly file: RotatingFile
  readonly format: PayloadFormat
  readonly flushMillis: number
  readonly onSent: (signal: LoadSignal, items: number) => void
  readonly onDropped: (signal: LoadSignal, items: number) => void
  /** Told when the file cannot be written, and at each further try. */
  readonly onFault: (error: unknown) => void
}

interface Waiting {
  readonly signal: LoadSignal
  readonly items: number
  readonly payload: Buffer
}

/** Size from which is written without waiting. */
const writeBytes = 256 * 2 ** 10
/** Most bytes that wait, as they do where the disk is full. */
const maxWaitingBytes = 16 * 2 ** 20

export class FileExporter implements Exporter {
  readonly isDurable = false
  readonly #options: FileExporterOptions
  readonly #timer: NodeJS.Timeout
  #waiting: Waiting[] = []
  #bytes = 0
  /** True after a write that failed: the next try has its time. */
  #isFailing = false
  /** The write that is under way. */
  #writing: Promise<void> | undefined

  constructor(options: FileExporterOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.#flush(), options.flushMillis)
  }

  waiting = (): number => this.#waiting.reduce((sum, { items }) => sum + items, 0)

  /** @throws CollectorError STORE_FULL */
  consume = (load: Load): Promise<void> => {
    if (this.#bytes >= maxWaitingBytes) {
      const message = `found ${this.#bytes} bytes that the file does not take`
      return Promise.reject(new CollectorError('STORE_FULL', message))
    }
    const payload = formatPayload(this.#options.format, load)
    this.#waiting.push({ signal: load.signal, items: load.items, payload })
    this.#bytes += payload.length
    if (this.#bytes >= writeBytes && !this.#isFailing) void this.#flush()
    return Promise.resolve()
  }

  close = async (): Promise<void> => {
    clearInterval(this.#timer)
    await this.#flush()
    // What came while the last write was under way.
    await this.#flush()
    for (const { signal, items } of this.#waiting) this.#options.onDropped(signal, items)
    await this.#options.file.close()
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
    return this.#writing
  }

  async #write(): Promise<void> {
    const batch = [...this.#waiting]
    if (batch.length === 0) return
    try {
      await this.#options.file.append(batch.map(({ payload }) => payload))
    } catch (error) {
      this.#isFailing = true
      this.#options.onFault(error)
      return
    }
    this.#isFailing = false
    this.#waiting = this.#waiting.slice(batch.length)
    for (const { signal, items, payload } of batch) {
      this.#bytes -= payload.length
      this.#options.onSent(signal, items)
    }
  }
}
