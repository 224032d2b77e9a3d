/**
 * The inbox on disk: every change is appended and synced before it is applied and answered. At start the files
 * are replayed, a torn tail is cut; a file that has grown is replaced by one that begins with the whole state.
 */
import { ConsoleError } from '../errors.ts'
import { applyChange, emptyInbox, type InboxChange, type InboxState } from './incident.ts'
import type { JournalFiles } from './journal-files.ts'
import { journalWriter, nameAfter } from './journal-writer.ts'
import { encodeChange, replay } from './record.ts'

export type JournalFault = 'tail_cut' | 'line_invalid' | 'not_compacted'

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
  const { name, bytes, ...opened } = await replayAll(files, onFault)
  const writer = journalWriter({ files, compactBytes, name, bytes })
  let { state } = opened
  let isClosed = false
  let running: Promise<void> | undefined
  const queue: Waiting[] = []

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    await writer.append(Buffer.concat(batch.map(({ change }) => encodeChange(change))))
    for (const { change, done } of batch) {
      state = applyChange(state, change)
      done(state)
    }
  }
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize)
      await writeBatch(batch).catch((error: unknown) => {
        for (const { failed } of batch) failed(error)
      })
      // One that failed is tried again after the next batch; the long file is good until then.
      await writer.compact(state).catch(() => onFault('not_compacted', 1))
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
