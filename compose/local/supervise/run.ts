/** Runs one appliance from lock to unlock: takes the lock, clears leftovers, starts, waits, stops. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'winston'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import type { Component } from '../components/component.ts'
import { LocalError } from '../errors.ts'
import { createHome, type Home } from '../home.ts'
import { stopLeftovers } from '../process/leftovers.ts'
import { takeLock } from '../process/pid-file.ts'
import { openDoor } from './door.ts'
import type { ApplianceStatus } from './status.ts'
import { Supervisor } from './supervisor.ts'

export interface RunOptions {
  readonly home: Home
  readonly doorPort: number
  readonly setpriv: string | undefined
  readonly log: Logger
  /** Aborted when the appliance shall stop. */
  readonly signal: AbortSignal
  /** Who may switch faults on for drills, asked once the secrets are there; absent without demo data. */
  readonly drillTokens?: () => readonly ServiceToken[]
  /** Builds the components once the lock is held and leftovers are gone. */
  readonly components: () => Promise<readonly Component[]>
  readonly onProgress: (event: ProgressEvent) => void
  /** As the supervisor's own. */
  readonly stopMillis?: number
  /** Limits of time, for tests. */
  readonly startMillis?: number
  readonly leastGraceMillis?: number
}

export type ProgressEvent =
  | { readonly kind: 'leftovers'; readonly names: readonly string[] }
  | { readonly kind: 'component'; readonly name: string; readonly sinceStartMillis: number }
  | { readonly kind: 'ready'; readonly status: ApplianceStatus }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' }

/** Names the lock of a home; it holds the supervisor's pid. */
export function lockFile(home: Home): string {
  return join(home.run, 'supervisor.json')
}

/**
 * Runs until `signal` is aborted.
 *
 * @throws LocalError ALREADY_RUNNING, or of the component that failed; everything is stopped then
 */
export async function runAppliance(options: RunOptions): Promise<void> {
  const { home, onProgress } = options
  await createHome(home)
  const lock = lockFile(home)
  const holder = await takeLock(lock)
  if (holder !== undefined) {
    throw new LocalError(
      'ALREADY_RUNNING',
      `an appliance of ${home.root} is running (pid ${holder.pid}): see ./campanile status, or stop it with ./campanile down`,
    )
  }
  try {
    const names = await stopLeftovers(home)
    if (names.length > 0) onProgress({ kind: 'leftovers', names })
    await superviseUntilStopped(options)
  } finally {
    await rm(lock, { force: true })
  }
}

async function superviseUntilStopped(options: RunOptions): Promise<void> {
  const { home, setpriv, log, signal, onProgress, startMillis, stopMillis, leastGraceMillis } = options
  const supervisor = new Supervisor({
    components: await options.components(),
    home,
    setpriv,
    log,
    onReady: (name, sinceStartMillis) => onProgress({ kind: 'component', name, sinceStartMillis }),
    ...(startMillis === undefined ? {} : { startMillis }),
    ...(stopMillis === undefined ? {} : { stopMillis }),
    ...(leastGraceMillis === undefined ? {} : { leastGraceMillis }),
  })
  const drills = options.drillTokens && {
    tokens: options.drillTokens(),
    log,
    holdAlertmanager: (isDown: boolean) => supervisor.hold('alertmanager', isDown),
  }
  const door = await openDoor({ port: options.doorPort, status: () => supervisor.status(), drills })
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    const started = supervisor.start().then(() => {
      log.info('appliance ready', { readyMillis: supervisor.status().readyMillis })
      if (!signal.aborted) onProgress({ kind: 'ready', status: supervisor.status() })
      return stopped
    })
    await Promise.race([started, stopped])
  } finally {
    onProgress({ kind: 'stopping' })
    await supervisor.stop()
    await door.close()
    onProgress({ kind: 'stopped' })
    log.info('appliance stopped')
  }
}
