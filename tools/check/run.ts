/** Runs steps side by side and reports each on one line; the output of a failed one follows. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Step } from './steps.ts'

export interface Outcome {
  readonly step: Step
  readonly passed: boolean
  readonly output: string
}

/**
 * Runs all steps, as many at once as there are cores.
 *
 * @param report called with one line per step as it ends
 * @returns the outcomes in the order in which the steps ended
 */
export async function runSteps(steps: readonly Step[], report: (line: string) => void): Promise<Outcome[]> {
  const waiting = [...steps]
  const outcomes: Outcome[] = []
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now()
      const outcome = await runStep(step)
      outcomes.push(outcome)
      report(describe(outcome, performance.now() - began))
    }
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
  return outcomes
}

function describe({ step, passed, output }: Outcome, millis: number): string {
  const looked = step.looked(output) ?? 0
  const mark = passed ? 'ok    ' : 'FAILED'
  return `${mark} ${step.name.padEnd(20)} ${String(looked).padStart(5)} ${step.counts} in ${(millis / 1000).toFixed(1)} s`
}

function runStep(step: Step): Promise<Outcome> {
  const [file = '', ...args] = step.command
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ step, passed: false, output: error.message }))
    child.on('close', (code) => {
      const output = Buffer.concat(chunks).toString()
      resolve({ step, passed: code === 0 && (step.looked(output) ?? 0) > 0, output })
    })
  })
}
