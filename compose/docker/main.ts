/**
 * What runs inside the containers before and beside the processes: `prepare` makes secrets and hands each process
 * its own, `run` becomes a process with what it was handed, `forward` is the door of the shared network, `probe`
 * answers health checks. The engines' images hold only Node and this folder, so all but `prepare` import nothing else.
 */
import { forward } from './forward.ts'
import { probe } from './probe.ts'
import { run } from './run.ts'

const [command, ...args] = process.argv.slice(2)

async function main(): Promise<number | undefined> {
  switch (command) {
    case 'prepare': {
      const { prepare } = await import('./prepare.ts')
      await prepare(process.env)
      return 0
    }
    case 'run':
      return run(args, process.env)
    case 'forward':
      await forward(args)
      return undefined
    case 'probe':
      return probe(args, (line) => void process.stderr.write(`${line}\n`))
    default:
      process.stderr.write(
        'usage: main.ts prepare | run NAME [ARGUMENT…] | forward PORT[=HOST:PORT]… | probe URL…\n',
      )
      return 2
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))

try {
  const code = await main()
  if (code !== undefined) process.exit(code)
} catch (error) {
  process.stderr.write(`${String(command)}: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
