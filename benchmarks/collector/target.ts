/** Servers under load: processes of their own, and what they cost. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Clock ticks a second of /proc (USER_HZ, 100 on every Linux we run on). */
const ticksPerSecond = 100

export interface Target {
  readonly child: ChildProcess
  readonly http: number
  /** Absent where the server does not speak gRPC. */
  readonly grpc: number | undefined
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly home: string
  readonly variables?: Readonly<Record<string, string>>
}

const taskset = '/usr/bin/taskset'
/** Core of the servers; the one that loads them has the others. */
const serverCore = 0

/** True where servers have a core of their own. */
export const isPinned = existsSync(taskset) && availableParallelism() > 1

/** Leaves the servers' core to them. */
export function leaveServerCore(): void {
  if (!isPinned) return
  const others = `${serverCore + 1}-${availableParallelism() - 1}`
  execFileSync(taskset, ['-a', '-c', '-p', others, String(process.pid)], { stdio: 'ignore' })
}

/** Starts a server on one core and reads the ports it prints. */
export function start({ args, home, variables = {} }: StartOptions): Promise<Target> {
  const names = [
    'OTLP_HTTP',
    'OTLP_GRPC',
    'FARO',
    'QUERY',
    'EXPORTER',
    'COLLECTOR_TELEMETRY',
    'COLLECTOR_HEALTH',
  ]
  const ports = Object.fromEntries(names.map((name) => [`CAMPANILE_PORT_${name}`, '0']))
  const pinned = isPinned ? ['-c', String(serverCore), process.execPath] : []
  const child = spawn(isPinned ? taskset : process.execPath, [...pinned, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: '',
      CAMPANILE_HOME: home,
      CAMPANILE_FARO_APP_KEY: 'key-of-the-benchmark',
      ...ports,
      ...variables,
    },
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const http = /"otlp":(\d+)/.exec(output)?.[1]
      const grpc = /"otlp:grpc":(\d+)/.exec(output)?.[1]
      if (http !== undefined) {
        resolve({ child, http: Number(http), grpc: grpc === undefined ? undefined : Number(grpc) })
      }
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)))
  })
}

/** Reads the CPU time of a server, in seconds. */
export function cpuSeconds({ child }: Target): number {
  const fields =
    readFileSync(`/proc/${String(child.pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Reads how much memory a server has. */
export function residentMiB({ child }: Target): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1_024)
}
