/** CPU time of processes, as Linux counts it in /proc. */
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

const clockTicksPerSecond = 100 // USER_HZ of Linux

/** Reads the fields of /proc/PID/stat after the command: 1 is the parent, 11 and 12 the process's own CPU time. */
function statOf(pid: number): number[] {
  return (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []).map(Number)
}

/** Reads the CPU time a process has used, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / clockTicksPerSecond
}

/** Adds up the CPU time of PostgreSQL: the postmaster, its living children, and (fields 13, 14) its dead ones. */
export function serverSeconds(postmaster: number): number {
  const fields = statOf(postmaster)
  let seconds = cpuSeconds(postmaster) + ((fields[13] ?? 0) + (fields[14] ?? 0)) / clockTicksPerSecond
  for (const name of readdirSync('/proc')) {
    try {
      if (/^\d+$/.test(name) && statOf(Number(name))[1] === postmaster) seconds += cpuSeconds(Number(name))
    } catch {
      // It ended while we looked; the postmaster has its time now.
    }
  }
  return seconds
}

/** Finds the process all sessions of a database descend from. */
export async function findPostmaster(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  // The session's process is there as long as the session.
  const parent = statOf(rows[0]?.pid ?? 0)[1] ?? 0
  await client.end()
  return parent
}
