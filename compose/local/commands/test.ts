/**
 * `test`: the checks, then integration tests, those of the ledger and of the collector apart, and end-to-end tests at
 * the same time, all counted. All of them mostly wait, for processes that start and for alerts above all.
 */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import Type from 'typebox'
import { validator } from '../../../lib/validate.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'
import { installPrerequisites } from './test-prerequisites.ts'

const Failure = Type.Object({ title: Type.String(), file: Type.String(), error: Type.String() })
type Failure = Type.Static<typeof Failure>

/** What the reporter named in mocha's configurations writes at the end of a run (tests/support). */
const Count = Type.Object({
  passes: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  pending: Type.Integer({ minimum: 0 }),
  failed: Type.Array(Failure),
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
/**
 * The lanes of a stage run together, the steps of a lane one after the other. The first lane is streamed, the others are
 * shown when they have ended.
 */
const stages: readonly (readonly (readonly Step[])[])[] = [
  [[{ title: 'check', command: ['npm', 'run', '--silent', 'check'] }]],
  [
    [{ title: 'integration', command: [...mocha, '.mocharc.integration.json'] }],
    [{ title: 'ledger', command: [...mocha, '.mocharc.ledger.json'] }],
    [
      { title: 'e2e', command: [...mocha, '.mocharc.e2e.json'] },
      { title: 'collector', command: [...mocha, '.mocharc.collector.json'] },
    ],
  ],
]

/** Runs everything, also after a failure, and ends with what failed and `N passed, N failed`. */
export async function runTests(settings: Settings, output: Output): Promise<ExitCode> {
  await installPrerequisites(settings, output)
  const tallies: Tally[] = []
  const failures: string[] = []
  for (const stage of stages) {
    const runs = stage.flatMap((lane, at) =>
      runLane(lane, settings, { show: at === 0 ? 'streamed' : 'kept', output }),
    )
    // One that could not be started is met in its turn.
    void Promise.allSettled(runs.map(({ outcome }) => outcome))
    // In their order, whichever ends first.
    for (const { title, outcome } of runs) {
      const { tally, failed, complaint, text } = await outcome
      if (text !== '') output.write(`\n== what ${title} said\n${text}`)
      if (complaint !== undefined) output.warn(`campanile: ${title}: ${complaint}`)
      output.write(`== ${title}: ${tally.passed} passed, ${tally.failed} failed`)
      tallies.push(tally)
      failures.push(...describeFailures(title, failed, complaint))
    }
  }
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0)
  if (failures.length > 0) output.write(`\n== what failed\n${failures.join('\n')}`)
  output.write(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** How much of an error is said again: enough to see what was expected, and where. */
const linesOfError = 12

/**
 * Says what failed in a step, for the end of the run, where whoever sees only the last lines finds it.
 *
 * @param complaint why the step is not green beside its tests
 */
export function describeFailures(
  step: string,
  failed: readonly Failure[],
  complaint: string | undefined,
): string[] {
  const said = failed.map(({ title, file, error }) => {
    const lines = error.trim().split('\n').slice(0, linesOfError)
    return [
      `${step}: ${title}`,
      ...(file === '' ? [] : [`  ${file}`]),
      ...lines.map((line) => `  ${line}`),
    ].join('\n')
  })
  return complaint === undefined ? said : [...said, `${step}: ${complaint}`]
}

interface StepOutcome extends Tallied {
  /** What a kept step said; empty for one that was streamed. */
  readonly text: string
}

interface RunningStep {
  readonly title: string
  readonly outcome: Promise<StepOutcome>
}

/** Begins the steps of a lane, each when the one before it has ended, however it did. */
function runLane(
  lane: readonly Step[],
  settings: Settings,
  { show, output }: { readonly show: 'streamed' | 'kept'; readonly output: Output },
): RunningStep[] {
  let before: Promise<unknown> = Promise.resolve()
  return lane.map((step) => {
    const outcome = before.then(() => {
      output.write(`\n== ${step.title}: ${step.command.join(' ')}`)
      return runStep(step, settings, show)
    })
    before = outcome.catch(() => undefined)
    return { title: step.title, outcome }
  })
}

async function runStep(step: Step, settings: Settings, show: 'streamed' | 'kept'): Promise<StepOutcome> {
  const results = mkdtempSync(join(tmpdir(), 'campanile-results-'))
  const said = mkdtempSync(join(tmpdir(), 'campanile-said-'))
  const file = join(said, 'output')
  const kept = show === 'kept' ? openSync(file, 'w') : undefined
  try {
    const code = await run(step.command, settings, { results, kept })
    const counts = readdirSync(results).map((name): unknown =>
      JSON.parse(readFileSync(join(results, name), 'utf8')),
    )
    return { ...tallyStep(counts, code), text: kept === undefined ? '' : readFileSync(file, 'utf8') }
  } finally {
    if (kept !== undefined) closeSync(kept)
    for (const folder of [results, said]) rmSync(folder, { recursive: true, force: true })
  }
}

interface Tallied {
  readonly tally: Tally
  /** The tests that failed, as their runs told of them. */
  readonly failed: readonly Failure[]
  /** Why a step that looks green is not. */
  readonly complaint?: string
}

/**
 * Sums the runs of a step. A step that ran no test, or that failed beside its tests, has one failure more: a
 * green line must not hide either.
 */
export function tallyStep(counts: readonly unknown[], code: number | null): Tallied {
  const valid = counts.flatMap((count) => {
    const outcome = checkCount(count)
    return outcome.valid ? [outcome.value] : []
  })
  const passed = valid.reduce((sum, { passes }) => sum + passes, 0)
  const failures = valid.reduce((sum, count) => sum + count.failures, 0)
  const failed = valid.flatMap((count) => count.failed)
  const pending = valid.reduce((sum, count) => sum + count.pending, 0)
  const complaint =
    passed + failures === 0
      ? 'ran no test'
      : pending > 0
        ? `left out ${pending} test(s)`
        : code !== 0 && failures === 0
          ? `ended with code ${code ?? 'of a signal'}, though no test failed`
          : undefined
  if (complaint === undefined) return { tally: { passed, failed: failures }, failed }
  return { tally: { passed, failed: failures + 1 }, failed, complaint }
}

interface RunPlaces {
  /** Folder for the counts. */
  readonly results: string
  /** Descriptor of the file for what it says; undefined: the terminal. */
  readonly kept: number | undefined
}

function run(
  command: readonly string[],
  settings: Settings,
  { results, kept }: RunPlaces,
): Promise<number | null> {
  const { checkout, variables, path, packagesDirectory } = settings
  const [file = '', ...args] = command
  const child = spawn(file === 'node' ? process.execPath : file, args, {
    cwd: checkout,
    stdio: kept === undefined ? 'inherit' : ['ignore', kept, kept],
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
