/** Starts one child: confined, in a group of its own, writing to its log file, remembered by a pid file. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Launch } from '../components/component.ts'
import { confine } from './confine.ts'
import { recordOf, writeRecord } from './pid-file.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it could not be started at all. */
  readonly error?: string
}

export interface Child {
  readonly pid: number | undefined
  /** Resolves once, when it has ended. */
  readonly exited: Promise<Exit>
  readonly hasExited: () => boolean
  /** Asks it to stop, waits, then kills it with all of its group; tells whether that was needed. */
  readonly stop: (signal: NodeJS.Signals, graceMillis: number) => Promise<'stopped' | 'killed'>
}

export interface ChildOptions {
  readonly launch: Launch
  readonly logFile: string
  readonly pidFile: string
  readonly setpriv: string | undefined
}

/** Starts a child; one that cannot be started has exited with an error. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { launch, logFile, pidFile, setpriv } = options
  const { deathSignal = 'KILL', account } = launch
  const command = confine(launch.file, launch.args, { setpriv, deathSignal, account })
  const log = openSync(logFile, 'a', 0o600)
  const { file, args, ...drop } = command
  const spawned = spawn(file, args, {
    cwd: launch.cwd,
    env: launch.environment,
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C in a terminal reaches the supervisor only, which stops in order.
    detached: true,
    ...drop,
  })
  closeSync(log)
  const child = watch(spawned, pidFile)
  const record = spawned.pid === undefined ? undefined : recordOf(spawned.pid)
  if (record !== undefined) await writeRecord(pidFile, record)
  return child
}

function watch(spawned: ChildProcess, pidFile: string): Child {
  let ended = false
  const exited = new Promise<Exit>((resolve) => {
    spawned.once('exit', (code, signal) => resolve({ code, signal }))
    spawned.once('error', (error) => resolve({ code: null, signal: null, error: error.message }))
  }).then(async (exit) => {
    ended = true
    await rm(pidFile, { force: true })
    return exit
  })
  const stop: Child['stop'] = async (signal, graceMillis) => {
    if (ended) return 'stopped'
    spawned.kill(signal)
    const timer = new AbortController()
    const late = delay(graceMillis, true, { signal: timer.signal }).catch(() => false)
    const isLate = await Promise.race([late, exited.then(() => false)])
    timer.abort()
    if (isLate) killGroup(spawned)
    await exited
    return isLate ? 'killed' : 'stopped'
  }
  return { pid: spawned.pid, exited, hasExited: () => ended, stop }
}

function killGroup(spawned: ChildProcess): void {
  if (spawned.pid === undefined) return
  try {
    process.kill(-spawned.pid, 'SIGKILL')
  } catch {
    // Gone in the meantime, or without a group: the child itself is what is left.
    spawned.kill('SIGKILL')
  }
}

/** Describes an exit for people. */
export function describeExit({ code, signal, error }: Exit): string {
  if (error !== undefined) return `could not be started: ${error}`
  return signal === null ? `exited with code ${code ?? 0}` : `was ended by ${signal}`
}
