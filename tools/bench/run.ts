/** Runs a benchmark in a process of its own and holds it to its contract. */
import { spawn } from 'node:child_process'
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'

/** The last line of every benchmark. */
const Figure = Type.Object({
  name: Type.String({ minLength: 1 }),
  /** `value` over `baseline`, both measured in the same run. */
  ratio: Type.Number(),
  baseline: Type.Number(),
  value: Type.Number(),
  unit: Type.String({ minLength: 1 }),
})
const checkFigure = validator(Figure)

/** Runs `benchmarks/<name>/main.ts`, passing its output through; answers the exit code. */
export async function runBenchmark(name: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [`benchmarks/${name}/main.ts`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    process.stdout.write(chunk)
  })
  const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? 1)))
  if (code !== 0) return code
  const complaint = complainAbout(output)
  if (complaint === undefined) return 0
  process.stderr.write(`benchmark ${name}: ${complaint}\n`)
  return 1
}

/** Tells what is wrong with a benchmark's output, or undefined when its last line is a figure. */
export function complainAbout(output: string): string | undefined {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  try {
    const outcome = checkFigure(JSON.parse(last))
    if (outcome.valid) return undefined
    return outcome.faults.map(({ at, expected }) => `last line ${at}: expected ${expected}`).join('; ')
  } catch {
    return 'the last line is not one JSON object'
  }
}
