/** The command `watch`: scans again whenever a file changes, and says what is another way than before. */
import type { Posture } from '../contracts/posture.ts'
import type { ExitCode, Running } from '../lib/lifecycle.ts'
import { exitCodeOf, look, type LookOptions } from './command.ts'
import type { FailLevel } from './fail-level.ts'
import { FileMemory } from './gather/file-memory.ts'
import { changeLines } from './report/changes.ts'
import { writeConsole } from './report/console.ts'
import { paint } from './report/terminal.ts'
import { scoreLine } from './report/words.ts'
import { watchFiles } from './watch.ts'

export interface WatchOptions extends LookOptions {
  readonly failOn: FailLevel
  readonly allowUnread?: boolean
  /** True for a terminal that shows colours. */
  readonly isColoured?: boolean
}

export interface Watching extends Running {
  /** That of the last scan, as `scan` would have ended. */
  readonly exitCode: () => ExitCode
}

/**
 * Scans once, writes what is open, and watches until `close`.
 *
 * @throws ConfigError when a path is not there, or waivers or checklist are wrong
 */
export async function startWatching(
  paths: readonly string[],
  options: WatchOptions,
  stdout: NodeJS.WritableStream,
): Promise<Watching> {
  const { isColoured = false } = options
  const memory = new FileMemory()
  let last: Posture | undefined
  let isDue = false
  let isClosed = false
  let scanning: Promise<void> | undefined
  let fail: (reason: unknown) => void = () => undefined
  const failed = new Promise<unknown>((resolve) => (fail = resolve))
  const scanAgain = () => {
    scanning ??= scanWhileDue()
      .catch(fail)
      .finally(() => (scanning = undefined))
  }
  const watching = watchFiles(paths, () => {
    isDue = true
    // What changes during the first scan waits for its end.
    if (last !== undefined) scanAgain()
  })
  const scan = async () => {
    isDue = false
    // First the folders: what comes after this is told, and what came before is seen.
    await watching.refresh()
    const previous = last === undefined ? {} : { previous: last }
    const { posture } = await look(paths, { ...options, ...previous, memory })
    if (isClosed) return
    const text = last === undefined ? writeConsole(posture, { isColoured, isQuiet: true }) : deltaOf(posture)
    stdout.write(text)
    last = posture
  }
  const scanWhileDue = async () => {
    while (isDue && !isClosed) await scan()
  }
  const close = async () => {
    isClosed = true
    watching.close()
    await scanning
  }
  try {
    await scan()
  } catch (error) {
    watching.close()
    throw error
  }
  if (isDue) scanAgain()
  return { close, failed, exitCode: () => (last === undefined ? 1 : exitCodeOf(last, options)) }
}

/** What changed, one line each, and the score; files may hold terminal escapes, which stay text. */
function deltaOf(posture: Posture): string {
  const changed = changeLines(posture)
  const lines = changed.length === 0 ? ['Scanned again: nothing changed.'] : [...changed, scoreLine(posture)]
  return `${lines.map((text) => paint({ text }, false)).join('\n')}\n`
}
