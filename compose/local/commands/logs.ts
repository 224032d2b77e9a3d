/** `logs`: the end of the log files, and what is added to them. */
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { homeAt, type Home } from '../home.ts'
import { logBytes, logFile, tail } from '../process/log-file.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'

export interface LogsOptions {
  /** All when absent. */
  readonly component: string | undefined
  readonly follow: boolean
  readonly lines: number
  readonly output: Output
  /** Ends following. */
  readonly signal: AbortSignal
}

/** Shows logs; 2 when there is no such component. */
export async function showLogs(settings: Settings, options: LogsOptions): Promise<ExitCode> {
  const { component, follow, lines, output } = options
  const home = homeAt(settings.home)
  const known = listLogs(home)
  if (component !== undefined && !known.includes(component)) {
    output.warn(`campanile: no log of ${component}, expected one of: ${known.join(', ') || '(none yet)'}`)
    return 2
  }
  const chosen = component === undefined ? known : [component]
  const prefix = (name: string) => (component === undefined ? `${name.padEnd(14)} ` : '')
  const offsets = new Map<string, number>()
  for (const name of chosen) {
    const path = logFile(home.logs, name)
    offsets.set(name, logBytes(path))
    for (const line of tail(path, lines)) output.write(`${prefix(name)}${line}`)
  }
  while (follow && !options.signal.aborted) {
    for (const name of chosen)
      await showAdded(logFile(home.logs, name), name, offsets, (line) =>
        output.write(`${prefix(name)}${line}`),
      )
    await delay(250, undefined, { signal: options.signal }).catch(() => undefined)
  }
  return 0
}

function listLogs(home: Home): string[] {
  if (!existsSync(home.logs)) return []
  return readdirSync(home.logs)
    .filter((name) => name.endsWith('.log'))
    .map((name) => basename(name, '.log'))
    .sort()
}

async function showAdded(
  path: string,
  name: string,
  offsets: Map<string, number>,
  show: (line: string) => void,
): Promise<void> {
  const before = offsets.get(name) ?? 0
  const size = logBytes(path)
  // A smaller file was rotated: what it holds is new.
  const start = size < before ? 0 : before
  if (size === start) return
  let text = ''
  for await (const chunk of createReadStream(path, { start, end: size - 1, encoding: 'utf8' }))
    text += String(chunk)
  const end = text.lastIndexOf('\n') + 1
  offsets.set(name, start + Buffer.byteLength(text.slice(0, end)))
  for (const line of text.slice(0, end).split('\n').filter(Boolean)) show(line)
}
