/** `test`: the checks, then integration, then end-to-end tests, each streamed, all counted. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import Type from 'typebox'
import { validator } from '../../../lib/validate.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'
import { installPrerequisites } from './test-prerequisites.ts'

/** What the reporter named in mocha's configurations writes at the end of a run (tests/support). */
const Count = Type.Object({
  passes: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  pending: Type.Integer({ minimum: 0 }),
})
const checkCount = validator(Count)

export interface Tally {
  readonly passed: number
  readonly failed: number
}

interface Step {
  readonly title: string
  readonly command: readonly string[]
}

const mocha = ['node', 'node_modules/mocha/bin/mocha.js', '--config'] as const
const steps: readonly Step[] = [
  { title: 'check', command: ['npm', 'run', '--silent', 'check'] },
  { title: 'integration', command: [...mocha, '.mocharc.integration.json'] },
  { title: 'e2e', command: [...mocha, '.mocharc.e2e.json'] },
]

/** Runs everything, also after a failure, and ends with `N passed, N failed`. */
export async function runTests(settings: Settings, output: Output): Promise<ExitCode> {
  await installPrerequisites(settings, output)
  const tallies: Tally[] = []
  for (const step of steps) {
    output.write(`\n== ${step.title}: ${step.command.join(' ')}`)
    const tally = await runStep(step, settings, output)
    output.write(`== ${step.title}: ${tally.passed} passed, ${tally.failed} failed`)
    tallies.push(tally)
  }
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0)
  output.write(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runStep(step: Step, settings: Settings, output: Output): Promise<Tally> {
  const results = mkdtempSync(join(tmpdir(), 'campanile-results-'))
  try {
    const code = await run(step.command, settings, results)
    const counts = readdirSync(results).map((name): unknown =>
      JSON.parse(readFileSync(join(results, name), 'utf8')),
    )
    const { tally, complaint } = tallyStep(counts, code)
    if (complaint !== undefined) output.warn(`campanile: ${step.title}: ${complaint}`)
    return tally
  } finally {
    rmSync(results, { recursive: true, force: true })
  }
}

/**
 * Sums the runs of a step. A step that ran no test, or that failed beside its tests, has one failure more: a
 * green line must not hide either.
 */
export function tallyStep(
  counts: readonly unknown[],
  code: number | null,
): { readonly tally: Tally; readonly complaint?: string } {
  const valid = counts.flatMap((count) => {
    const outcome = checkCount(count)
    return outcome.valid ? [outcome.value] : []
  })
  const passed = valid.reduce((sum, { passes }) => sum + passes, 0)
  const failed = valid.reduce((sum, { failures }) => sum + failures, 0)
  const pending = valid.reduce((sum, count) => sum + count.pending, 0)
  const complaint =
    passed + failed === 0
      ? 'ran no test'
      : pending > 0
        ? `left out ${pending} test(s)`
        : code !== 0 && failed === 0
          ? `ended with code ${code ?? 'of a signal'}, though no test failed`
          : undefined
  if (complaint === undefined) return { tally: { passed, failed } }
  return { tally: { passed, failed: failed + 1 }, complaint }
}

function run(command: readonly string[], settings: Settings, results: string): Promise<number | null> {
  const { checkout, variables, path, packagesDirectory } = settings
  const [file = '', ...args] = command
  const child = spawn(file === 'node' ? process.execPath : file, args, {
    cwd: checkout,
    stdio: 'inherit',
    env: {
      ...variables,
      PATH: `${join(checkout, 'node_modules/.bin')}${delimiter}${path}`,
      // One download serves every appliance that the tests start.
      CAMPANILE_PACKAGES_DIR: packagesDirectory,
      CAMPANILE_TEST_RESULTS: results,
    },
  })
  return new Promise((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
}
