/** Looks at processes through /proc: which are alive, who descends from whom, how much memory they hold. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

const hasProc = existsSync('/proc/self/stat')

export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** One letter; `Z` has ended and waits for its parent to notice. */
  readonly state: string
  /** Clock ticks since boot; with the pid it names a process for good. */
  readonly startTime: string
}

/** Reads the text of /proc/PID/stat, whose second field may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessStat | undefined {
  const end = text.lastIndexOf(')')
  const fields = text.slice(end + 2).split(' ')
  const [state, parent] = fields
  const startTime = fields[19]
  if (end < 0 || state === undefined || startTime === undefined) return undefined
  return { pid: Number.parseInt(text, 10), parent: Number(parent), state, startTime }
}

/** Tells when a live process started, as an opaque text; undefined when there is none. */
export function startTimeOf(pid: number): string | undefined {
  if (!hasProc) return startTimeByPs(pid)
  const stat = statOf(pid)
  return stat === undefined || stat.state === 'Z' ? undefined : stat.startTime
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // It ended between being listed and being read.
    return undefined
  }
}

function startTimeByPs(pid: number): string | undefined {
  try {
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return answer.trim() || undefined
  } catch {
    // ps fails when there is no such process.
    return undefined
  }
}

/** Tells the words of a process's command line; none when it is gone or not ours to see. */
export function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return []
  }
}

/** Tells the folder a process works in; undefined when it is gone or not ours to see. */
export function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Lists a process and all that descend from it. */
export function familyOf(root: number, all: readonly ProcessStat[] = listProcesses()): number[] {
  const family = [root]
  for (const member of family) {
    for (const { pid, parent } of all) if (parent === member) family.push(pid)
  }
  return family
}

/** Lists every process this account can see; none without /proc. */
export function listProcesses(): ProcessStat[] {
  if (!hasProc) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
}

export interface Memory {
  /** Resident pages, each shared one counted in full. */
  readonly rssBytes: number
  /** Resident pages, each shared one divided by its sharers: sums of it count no page twice. */
  readonly pssBytes: number
}

/** Measures the memory of processes together; those that are gone count nothing. */
export function memoryOf(pids: readonly number[]): Memory {
  const parts = pids.map((pid) => readMemory(pid))
  return {
    rssBytes: parts.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    pssBytes: parts.reduce((sum, { pssBytes }) => sum + pssBytes, 0),
  }
}

function readMemory(pid: number): Memory {
  try {
    return parseRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  } catch {
    return { rssBytes: 0, pssBytes: 0 }
  }
}

/** Reads the text of /proc/PID/smaps_rollup. */
export function parseRollup(text: string): Memory {
  const kibibytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
  return { rssBytes: kibibytes('Rss') * 1_024, pssBytes: kibibytes('Pss') * 1_024 }
}
