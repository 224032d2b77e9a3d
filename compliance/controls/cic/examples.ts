/** Workflows for the pages of controls of pipelines. */
import type { Example } from '../control.ts'

/** A workflow that runs for pull requests, with one job of the given steps; each step is one line of YAML or more. */
export function stepsExample(...steps: readonly string[]): Example {
  const lines = steps.flatMap((step) =>
    step.split('\n').map((line, at) => (at === 0 ? `      - ${line}` : `        ${line}`)),
  )
  return workflowExample([
    'build:',
    '  runs-on: ubuntu-24.04',
    '  steps:',
    ...lines.map((line) => line.slice(2)),
  ])
}

/** A workflow that runs for pull requests, with the given lines of its jobs and what stands above them. */
export function workflowExample(
  jobs: readonly string[],
  above: readonly string[] = ['on: pull_request'],
): Example {
  const text = `${above.join('\n')}\npermissions:\n  contents: read\njobs:\n${jobs.map((line) => `  ${line}\n`).join('')}`
  return { file: '.github/workflows/ci.yml', text }
}
