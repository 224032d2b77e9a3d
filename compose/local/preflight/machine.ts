/** Checks of the machine: Node, memory, disk, clock, and whether the state folder can be used. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Home } from '../home.ts'
import { isOpen } from '../postgres/embedded.ts'
import { fail, pass, warn, type CheckResult } from './check.ts'

const gibibyte = 2 ** 30

/** Checks the Node that runs this. */
export function checkNode(version: string): CheckResult {
  const major = Number.parseInt(version, 10)
  if (major >= 24) return pass('node', `Node ${version}`)
  return fail(
    'node',
    `Node ${version}, expected 24 or later`,
    'run ./campanile, which brings its own Node 24',
  )
}

/** Checks free memory; the whole appliance is made to fit into 1.5 GB. */
export function checkMemory(availableBytes: number): CheckResult {
  const found = `${(availableBytes / gibibyte).toFixed(1)} GiB available`
  if (availableBytes >= 1.5 * gibibyte) return pass('memory', found)
  if (availableBytes >= 0.75 * gibibyte) {
    return warn('memory', found, 'expect about 1.5 GiB in use: stop other programs, or start with --no-demo')
  }
  return fail('memory', `${found}, expected 0.75 GiB or more`, 'stop other programs or use a larger machine')
}

/** Checks free space below the state folder. */
export async function checkDisk(home: string): Promise<CheckResult> {
  let folder = home
  while (!existsSync(folder)) folder = dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  return judgeDisk(bavail * bsize, folder)
}

/** Judges free space: the engines keep up to 2 GB of metrics and some hundred megabytes of the rest. */
export function judgeDisk(freeBytes: number, folder: string): CheckResult {
  const found = `${(freeBytes / gibibyte).toFixed(1)} GiB free at ${folder}`
  if (freeBytes >= 4 * gibibyte) return pass('disk', found)
  const fix = 'free some space, or set CAMPANILE_HOME to a folder on a larger disk'
  return freeBytes >= gibibyte
    ? warn('disk', found, fix)
    : fail('disk', `${found}, expected 1 GiB or more`, fix)
}

/** A clock may be behind what it showed last by this much: time services step back a little. */
const toleratedSeconds = 120

/** Checks that the clock is not behind a moment that has certainly passed: tokens and checkpoints carry times. */
export function judgeClock(nowMillis: number, passedMillis: number): CheckResult {
  const now = new Date(nowMillis).toISOString()
  const behindSeconds = Math.round((passedMillis - nowMillis) / 1_000)
  if (behindSeconds <= toleratedSeconds) return pass('clock', now)
  return fail(
    'clock',
    `${now}, which is ${behindSeconds} s before the time of a file written earlier`,
    'set the clock (timedatectl set-ntp true), then start again',
  )
}

/** Names the mark whose time is the last moment this house is known to have run. */
export function clockMark(home: Home): string {
  return join(home.run, 'last-seen')
}

/** Checks the clock against the checkout and against the last run. */
export function checkClock(home: Home, checkout: string, nowMillis: number): CheckResult {
  const times = [clockMark(home), join(checkout, 'package-lock.json')].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  )
  return judgeClock(nowMillis, Math.max(...times))
}

/** Leaves the mark. */
export async function leaveClockMark(home: Home): Promise<void> {
  await writeFile(clockMark(home), '')
}

/** Checks that the state folder can be written and that the database's account can pass through to it. */
export async function checkHome(root: string, isRoot: boolean): Promise<CheckResult> {
  try {
    await mkdir(root, { recursive: true, mode: 0o711 })
    accessSync(root, constants.W_OK | constants.X_OK)
  } catch {
    return fail('home', `${root} cannot be written`, 'set CAMPANILE_HOME to a folder of yours')
  }
  if (isRoot && !isOpen(dirname(root))) {
    return fail(
      'home',
      `${root} is inside a folder that only root may enter, expected one the database’s account can pass`,
      'set CAMPANILE_HOME to a folder such as /var/lib/campanile',
    )
  }
  return pass('home', root)
}

/** Tells how much memory could be had, within the limit of a container where there is one. */
export function availableMemory(): number {
  const limit = process.constrainedMemory()
  const text = existsSync('/proc/meminfo') ? readFileSync('/proc/meminfo', 'utf8') : ''
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1]
  const system = kibibytes === undefined ? process.availableMemory() : Number(kibibytes) * 1_024
  return limit > 0 ? Math.min(system, limit) : system
}
