/** A whole scan as somebody starts it: a process of its own, from files on disk to a report. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface WrittenFile {
  readonly file: string
  readonly bytes: Uint8Array
}

export interface ColdScan {
  /** From the start of the process to its end. */
  readonly elapsedMillis: number
  /** Processor time of the process, which does not count what else the machine does. */
  readonly processorMillis: number
  readonly peakMegabytes: number
  readonly format: string
  readonly reportBytes: number
}

/** As `campanile` gives it to every room (compose/local/commands/room.ts). */
const youngSpace = '--max-semi-space-size=8'

/** Scans files in a new process, the second time counts; `sarif` where this checkout writes it, else `json`. */
export async function scanCold(files: readonly WrittenFile[]): Promise<ColdScan> {
  const folder = await mkdtemp(join(tmpdir(), 'campanile-cold-'))
  try {
    for (const { file, bytes } of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), bytes)
    }
    // The first one compiles, and keeps it.
    await runScan(folder, 'sarif')
    return (await runScan(folder, 'sarif')) ?? (await runScan(folder, 'json')) ?? fail()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function fail(): never {
  throw new Error('the scan wrote no report')
}

async function runScan(folder: string, format: string): Promise<ColdScan | undefined> {
  const out = join(folder, `report.${format}`)
  const from = performance.now()
  const child = spawn(
    process.execPath,
    [youngSpace, 'compliance/main.ts', 'scan', folder, '--format', format, '--out', out],
    { stdio: 'ignore' },
  )
  let peakMegabytes = 0
  let processorMillis = 0
  const look = async () => {
    const [status, times] = await Promise.all([
      readFile(`/proc/${child.pid}/status`, 'utf8'),
      readFile(`/proc/${child.pid}/stat`, 'utf8'),
    ])
    peakMegabytes = Math.max(peakMegabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_000)
    // Fields 14 and 15 of proc(5): user and system time in hundredths of a second.
    const [user = 0, system = 0] = times
      .slice(times.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)
    processorMillis = (user + system) * 10
  }
  // A process that has just ended cannot be looked at.
  const watch = setInterval(() => void look().catch(() => undefined), 20)
  const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? 1)))
  clearInterval(watch)
  const elapsedMillis = performance.now() - from
  // 0 and 1 say what was found, 2 that the format is not known.
  if (code > 1) return undefined
  return { elapsedMillis, processorMillis, peakMegabytes, format, reportBytes: (await stat(out)).size }
}
