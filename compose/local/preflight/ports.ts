/** Checks that ports are free, and names the process that holds a busy one (through /proc, Linux only). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { systemCodeOf } from '../../../lib/errors.ts'
import { fail, pass, type CheckResult } from './check.ts'

export interface WantedPort {
  readonly component: string
  readonly port: number
  /** Variable that chooses another one. */
  readonly variable: string
}

/** Checks every port by opening it for a moment. */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<CheckResult[]> {
  const states = await Promise.all(wanted.map(async (entry) => ({ entry, busy: await isBusy(entry.port) })))
  const busy = states.filter((state) => state.busy).map(({ entry }) => entry)
  if (busy.length === 0) return [pass('ports', `${wanted.length} free`)]
  return busy.map(({ component, port, variable }) => {
    const holder = describeHolder(holderOf(port))
    return fail(
      'ports',
      `${port}, wanted by ${component}, is held by ${holder}`,
      `stop it, or choose another: ${variable}=<port>`,
    )
  })
}

function isBusy(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (systemCodeOf(error) === 'EADDRINUSE') resolve(true)
      else reject(error)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(false)))
  })
}

export interface Holder {
  readonly pid: number
  readonly name: string
}

function describeHolder(holder: Holder | undefined): string {
  return holder === undefined
    ? 'a process that cannot be seen from here'
    : `${holder.name} (pid ${holder.pid})`
}

/** Finds the process that listens on a port; undefined where it belongs to somebody else. */
export function holderOf(port: number): Holder | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readText)
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return undefined
  const pid = listFolder('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => holdsSocket(name, inodes))
  if (pid === undefined) return undefined
  return { pid: Number(pid), name: readText(`/proc/${pid}/comm`).trim() }
}

/** Reads the text of /proc/net/tcp: socket inodes that listen (state 0A) on a port, given in hex there. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const [, local, , state] = fields
    const inode = fields[9]
    const matches = local?.endsWith(suffix) === true && state === '0A' && inode !== undefined
    return matches ? [inode] : []
  })
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  return listFolder(folder).some((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(readLink(`${folder}/${fd}`))?.[1]
    return inode !== undefined && inodes.has(inode)
  })
}

// Processes end and descriptors close while they are listed, and those of other accounts are closed to us:
// what cannot be read is taken as empty.

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
