/** Starts the real collector process on ports the system chooses, in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface RunningCollector {
  readonly child: ChildProcess
  /** Base URL of a door: by the id of a component, or by one of the names below. */
  readonly url: (door: string) => string
  readonly kill: (signal: NodeJS.Signals) => Promise<void>
}

/** What browsers show to the collectors of these tests. */
export const faroAppKey = 'key-of-the-tests'

/** Doors of the shipped configuration by what they are for. */
const named: Readonly<Record<string, string>> = { otlpGrpc: 'otlp:grpc', exporter: 'prometheus' }

const doors = [
  'OTLP_HTTP',
  'OTLP_GRPC',
  'FARO',
  'QUERY',
  'EXPORTER',
  'COLLECTOR_TELEMETRY',
  'COLLECTOR_HEALTH',
]

export async function startCollectorProcess(
  home: string,
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningCollector> {
  const ports = Object.fromEntries(doors.map((name) => [`CAMPANILE_PORT_${name}`, '0']))
  const child = spawn(process.execPath, ['--max-semi-space-size=2', 'collector/main.ts', 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      CAMPANILE_HOME: home,
      CAMPANILE_FARO_APP_KEY: faroAppKey,
      ...ports,
      ...variables,
    },
  })
  const ready = await readyLine(child)
  return {
    child,
    url: (door) => `http://127.0.0.1:${String(ready[named[door] ?? door])}`,
    kill: async (signal) => {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

function readyLine(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const line = output
        .split('\n')
        .find((candidate) => candidate.includes('"collector ready"') && candidate.endsWith('}'))
      if (line !== undefined) resolve(JSON.parse(line) as Readonly<Record<string, unknown>>)
    })
    child.once('exit', (code) => reject(new Error(`the collector ended with ${String(code)}: ${output}`)))
  })
}
