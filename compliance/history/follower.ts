/**
 * Brings the history in the database up to the scans that were kept in files, after each scan and until the database
 * answers. A scan never waits for it and never fails with it.
 */
import type { Posture } from '../../contracts/posture.ts'
import { ComplianceError } from '../errors.ts'

export interface FollowerParts {
  /** When the newest scan of the database was made. */
  readonly newest: () => Promise<Date | undefined>
  /** Adds a scan; answers false where it or a later one is there. */
  readonly append: (posture: Posture) => Promise<boolean>
  /** Tells whether the same may succeed later; otherwise the scan is left out, which the next one shows as a gap. */
  readonly mayPass: (error: unknown) => boolean
  /** Scans in files after a time, in their order. */
  readonly keptAfter: (time: Date | undefined) => AsyncIterable<Posture>
  readonly latest: () => Posture | undefined
  /** Pause before the next try while the database is away, in milliseconds. */
  readonly retryMillis: number
  /** Told up to which scan the database has everything that was kept; undefined where that cannot be said. */
  readonly onTold: (until: Date | undefined) => void
  readonly onFailure: (error: unknown) => void
}

export interface Follower {
  /** Says that a scan was kept. */
  readonly wake: () => void
  /** Stops; what is under way is awaited. What is missing is added after the next start. */
  readonly close: () => Promise<void>
}

/** Starts a follower that sleeps. */
export function startFollower(parts: FollowerParts): Follower {
  let isStopped = false
  let isWanted = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const run = async () => {
    while (isWanted && !isStopped) {
      isWanted = false
      try {
        await catchUp(parts, () => isStopped)
      } catch (error) {
        parts.onFailure(error)
        clearTimeout(timer)
        if (parts.mayPass(error)) timer = setTimeout(wake, parts.retryMillis)
      }
    }
    running = undefined
  }
  const wake = () => {
    clearTimeout(timer)
    isWanted = true
    running ??= run()
  }
  return {
    wake,
    close: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
      clearTimeout(timer)
    },
  }
}

async function catchUp(parts: FollowerParts, isStopped: () => boolean): Promise<void> {
  const { newest, latest, keptAfter, append, mayPass, onTold, onFailure } = parts
  const found = await newest()
  const ahead = aheadOf(found, latest())
  onTold(ahead === undefined ? found : undefined)
  if (ahead !== undefined) throw ahead
  for await (const posture of keptAfter(found)) {
    if (isStopped()) return
    try {
      await append(posture)
      onTold(new Date(posture.scannedAt))
    } catch (error) {
      if (mayPass(error)) throw error
      onFailure(error)
    }
  }
}

/** A clock that was wrong, or a home that was restored: nothing older is added behind what is there. */
function aheadOf(newest: Date | undefined, latest: Posture | undefined): ComplianceError | undefined {
  if (newest === undefined || latest === undefined || newest <= new Date(latest.scannedAt)) return undefined
  const message = `found a scan of ${newest.toISOString()} in the database, expected none after ${latest.scannedAt}`
  return new ComplianceError('HISTORY_AHEAD', message)
}
