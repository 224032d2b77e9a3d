/** Counts sessions, forgets what has ended and looks for a new signing key, every 15 seconds. */
import { roles, type Role } from '../../contracts/services.ts'
import type { GatewayDoor } from './routes/door.ts'

const sweepMillis = 15_000

/** Starts counting, at once and then regularly. */
export function startSweep(door: Pick<GatewayDoor, 'sdk' | 'sessions' | 'revocations' | 'signer'>): {
  close: () => Promise<void>
} {
  /** Series that were set before: a role whose last session ended must fall to 0. */
  const seen = new Set<string>()
  const sweep = async () => {
    try {
      door.revocations.forget()
      await door.sessions.purge()
      await countSessions(door, seen)
    } catch {
      // The next sweep tries again; the health page tells that the database is away.
      door.sdk.log.warn('sessions not counted')
    }
  }
  const reloadKeys = async () => {
    try {
      await door.signer.reload()
    } catch {
      // The keys of before go on; a keystore that cannot be read is the operator's to repair.
      door.sdk.log.warn('signing keys not read')
    }
  }
  const all = () => Promise.all([sweep(), reloadKeys()])
  let last = all()
  const timer = setInterval(() => (last = all()), sweepMillis)
  return {
    close: async () => {
      clearInterval(timer)
      await last
    },
  }
}

async function countSessions({ sdk, sessions }: Pick<GatewayDoor, 'sdk' | 'sessions'>, seen: Set<string>) {
  const gauge = sdk.gauge('sessions_active')
  const counts = await sessions.counts()
  const of = (tenant: string, role: Role) =>
    counts.find((count) => count.tenant === tenant && count.role === role)?.sessions ?? 0
  for (const { tenant } of counts) seen.add(tenant)
  for (const tenant of seen) for (const role of roles) gauge.set({ tenant, role }, of(tenant, role))
}
