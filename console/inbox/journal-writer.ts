/** The end of the journal that is written: one file at a time, replaced by a shorter one when it has grown. */
import { ConsoleError } from '../errors.ts'
import type { InboxState } from './incident.ts'
import type { JournalFiles } from './journal-files.ts'
import { encodeState } from './record.ts'

export interface JournalWriter {
  /**
   * Appends lines; on disk when it resolves.
   *
   * @throws ConsoleError INBOX_NOT_WRITTEN when the disk did not take them; the next append cuts off what it took
   */
  readonly append: (lines: Buffer) => Promise<void>
  /** Begins a new file with the whole state where the present one has grown. A failure is tried again later. */
  readonly compact: (state: InboxState) => Promise<void>
}

export interface WriterOptions {
  readonly files: JournalFiles
  readonly compactBytes: number
  /** The newest file and its size. */
  readonly name: string
  readonly bytes: number
}

/** Goes on writing at the end of the newest file. */
export function journalWriter({ files, compactBytes, ...newest }: WriterOptions): JournalWriter {
  let { name, bytes } = newest
  let wholeBytes = 0
  // A write that failed may have left a part: the next line would be glued to it.
  let isTorn = false
  // A file whose beginning failed may be there all the same, and would win over lines written before it.
  let unwanted: string | undefined
  return {
    append: async (lines) => {
      try {
        if (unwanted !== undefined) await files.remove(unwanted)
        unwanted = undefined
        if (isTorn) await files.truncate(name, bytes)
        isTorn = true
        await files.append(name, lines)
        isTorn = false
      } catch (cause) {
        throw new ConsoleError('INBOX_NOT_WRITTEN', 'the journal could not be written', { cause })
      }
      bytes += lines.length
    },
    compact: async (state) => {
      if (bytes <= Math.max(compactBytes, 2 * wholeBytes)) return
      const next = nameAfter(name)
      const whole = encodeState(state)
      unwanted = next
      await files.create(next, whole)
      unwanted = undefined
      name = next
      bytes = whole.length
      wholeBytes = bytes
      isTorn = false
      for (const old of await files.list()) if (old < next) await files.remove(old)
    },
  }
}

/** Names the file after one: `00000007.jsonl` follows `00000006.jsonl`. */
export function nameAfter(name: string): string {
  return `${String(Number.parseInt(name, 10) + 1).padStart(8, '0')}.jsonl`
}
