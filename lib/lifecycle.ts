/** Starts a process, waits for its end, and says with which code it exits. */
import { ConfigError, describeFault } from './config.ts'
import { messageOf } from './errors.ts'

export interface Running {
  /** Stops taking work, finishes what is in flight, and frees what was opened. */
  readonly close: () => Promise<void>
  /** Resolves with the reason when the process can no longer do its work: it is closed and exits 1. */
  readonly failed?: Promise<unknown>
}

export interface LifecycleOptions {
  /** Named in messages on standard error. */
  readonly name: string
  readonly start: () => Promise<Running>
  /** Longest time `close` may take, in milliseconds. Default 10 000. */
  readonly closeMillis?: number
  /** Where messages go. Default standard error. */
  readonly stderr?: NodeJS.WritableStream
}

/** Exit codes of every command: 0 done, 1 failed, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2

/**
 * Runs until SIGTERM or SIGINT, closes in time and resolves with the exit code. A configuration error is
 * written with every fault and gives 2; any other failure to start or to stop gives 1.
 *
 * An error nobody handled is a defect: it is written and the process exits 1, to be started again clean.
 */
export async function runUntilSignal(options: LifecycleOptions): Promise<ExitCode> {
  const { name, start, closeMillis = 10_000, stderr = process.stderr } = options
  const stopped = waitForStop((error) => stderr.write(`${name}: ${describeCrash(error)}\n`))
  let running: Running
  try {
    running = await start()
  } catch (error) {
    stderr.write(`${name}: ${describeStartFailure(error)}\n`)
    return error instanceof ConfigError ? 2 : 1
  }
  const failed = running.failed?.then((reason): ExitCode => {
    stderr.write(`${name}: cannot go on: ${messageOf(reason)}\n`)
    return 1
  })
  const code = await (failed === undefined ? stopped : Promise.race([stopped, failed]))
  const closed = await withDeadline(running.close(), closeMillis).catch((error: unknown) => {
    stderr.write(`${name}: could not stop cleanly: ${messageOf(error)}\n`)
    return false
  })
  return closed ? code : 1
}

function waitForStop(report: (error: unknown) => void): Promise<ExitCode> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve(0))
    process.once('SIGINT', () => resolve(0))
    const crash = (error: unknown) => {
      report(error)
      resolve(1)
    }
    process.once('uncaughtException', crash)
    process.once('unhandledRejection', crash)
  })
}

function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return `configuration has ${error.faults.length} fault(s)\n  ${error.faults.map(describeFault).join('\n  ')}`
  }
  return `could not start: ${messageOf(error)}`
}

function describeCrash(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function withDeadline(work: Promise<void>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${millis} ms`)), millis)
  })
  try {
    await Promise.race([work, late])
    return true
  } finally {
    clearTimeout(timer)
  }
}
