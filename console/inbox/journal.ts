/**
 * The inbox on disk: every change is appended and synced before it is applied and answered. At start the files
 * are replayed, a torn tail is cut; a file that has grown is replaced by one that begins with the whole state.
 */
import { ConsoleError } from '../errors.ts'
import { applyChange, emptyInbox, type InboxChange, type InboxState } from './incident.ts'
import type { JournalFiles } from './journal-files.ts'
import { encodeChange, encodeState, replay } from './record.ts'

export type JournalFault = 'tail_cut' | 'line_invalid'

export interface JournalOptions {
  readonly files: JournalFiles
  readonly onFault: (fault: JournalFault, count: number) => void
  /** Size at which a file is compacted, in bytes. Default 4 MiB. */
  readonly compactBytes?: number
}

export interface Journal {
  readonly state: () => InboxState
  /**
   * Writes a change and applies it.
   *
   * @throws ConsoleError INBOX_NOT_WRITTEN when the disk did not take it; nothing has changed then
   */
  readonly write: (change: InboxChange) => Promise<InboxState>
  /** Waits for what is being written; then nothing is taken any more. */
  readonly close: () => Promise<void>
}

/** Changes that are written with one sync at most. */
const batchSize = 200

interface Waiting {
  readonly change: InboxChange
  readonly done: (state: InboxState) => void
  readonly failed: (error: unknown) => void
}

/** Opens the journal and replays it. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { files, onFault, compactBytes = 4 * 2 ** 20 } = options
  const opened = await replayAll(files, onFault)
  let { state, name, bytes } = opened
  // Ends of writes that failed and could not be cut off again: the next line would be glued to them.
  let isTorn = false
  let wholeBytes = 0
  let isClosed = false
  let running: Promise<void> | undefined
  const queue: Waiting[] = []

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const lines = Buffer.concat(batch.map(({ change }) => encodeChange(change)))
    try {
      if (isTorn) await files.truncate(name, bytes)
      isTorn = true
      await files.append(name, lines)
      isTorn = false
    } catch (cause) {
      throw new ConsoleError('INBOX_NOT_WRITTEN', 'the journal could not be written', { cause })
    }
    bytes += lines.length
    for (const { change, done } of batch) {
      state = applyChange(state, change)
      done(state)
    }
  }
  const compact = async (): Promise<void> => {
    const next = nameAfter(name)
    const whole = encodeState(state)
    await files.create(next, whole)
    const old = (await files.list()).filter((candidate) => candidate < next)
    name = next
    bytes = whole.length
    wholeBytes = bytes
    isTorn = false
    for (const file of old) await files.remove(file)
  }
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize)
      await writeBatch(batch).catch((error: unknown) => {
        for (const { failed } of batch) failed(error)
      })
      // A compaction that failed is tried again after the next batch; the long file is good until then.
      if (bytes > Math.max(compactBytes, 2 * wholeBytes)) await compact().catch(() => undefined)
    }
    running = undefined
  }
  return {
    state: () => state,
    write: (change) =>
      new Promise((done, failed) => {
        if (isClosed) {
          failed(new ConsoleError('INBOX_CLOSED', 'the inbox is closing'))
          return
        }
        queue.push({ change, done, failed })
        running ??= drain()
      }),
    close: async () => {
      isClosed = true
      await running
    },
  }
}

async function replayAll(files: JournalFiles, onFault: JournalOptions['onFault']) {
  let state = emptyInbox
  let name = nameAfter('00000000.jsonl')
  let bytes = 0
  const names = await files.list()
  for (const file of names) {
    const content = await files.read(file)
    const replayed = replay(content, state)
    state = replayed.state
    if (replayed.badLines > 0) onFault('line_invalid', replayed.badLines)
    if (replayed.goodBytes < content.length) {
      onFault('tail_cut', 1)
      await files.truncate(file, replayed.goodBytes)
    }
    name = file
    bytes = replayed.goodBytes
  }
  // Begun before it is written to, so that its name is on disk before its first line.
  if (names.length === 0) await files.create(name, Buffer.alloc(0))
  return { state, name, bytes }
}

function nameAfter(name: string): string {
  return `${String(Number.parseInt(name, 10) + 1).padStart(8, '0')}.jsonl`
}
