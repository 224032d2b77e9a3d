/** Prometheus's own tool on rules and their tests. */
import { execFile } from 'node:child_process'
import { engineTool } from '../../support/engine-tools.ts'

export interface Outcome {
  readonly code: number
  readonly output: string
}

/** Runs promtool in a folder and answers how it ended and all it said. */
export async function promtool(folder: string, args: readonly string[]): Promise<Outcome> {
  const file = await engineTool('promtool')
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 64 * 1_048_576 }
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const output = stdout + stderr
      if (error === null) resolve({ code: 0, output })
      else if (typeof error.code === 'number') resolve({ code: error.code, output })
      else reject(error)
    })
  })
}

/** Counts how often promtool says that a file is in order. */
export function successes({ output }: Outcome): number {
  return [...output.matchAll(/SUCCESS/g)].length
}

/** Names the files of tests that promtool says have failed. */
export function failures({ output }: Outcome): string[] {
  return output
    .split(/^Unit Testing: {2}/m)
    .filter((part) => part.includes('FAILED'))
    .map((part) => part.slice(0, part.indexOf('\n')).trim())
}
