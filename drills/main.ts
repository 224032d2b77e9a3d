/** `node drills/main.ts list | run NAME | all | table DIR`. Exit codes: 0 done, 1 failed, 2 wrong usage. */
import { availableParallelism, totalmem, type as systemType, arch } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { ports, type PortName } from '../contracts/ports.ts'
import {
  ConfigError,
  describeFault,
  environment,
  home,
  integer,
  optionalText,
  portOf,
  secretFile,
  type Setting,
} from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { drills, type Drill } from './catalogue.ts'
import { evidenceOf } from './describe-run.ts'
import { DrillError } from './errors.ts'
import type { Evidence } from './evidence/evidence.ts'
import { readEvidence, writeEvidence } from './evidence/files.ts'
import { failureLine, markdownTable, stepLine, summaryLines } from './evidence/table.ts'
import { openHouse, type House } from './house.ts'
import { runDrill } from './run-drill.ts'
import { openStage } from './stage.ts'

interface RunFlags {
  readonly evidence?: string
  readonly timeLimit?: number
}

/** The alert of a budget rings on until half an hour without failures has passed, so a drill needs patience. */
const patientSeconds = 3_600
const scaledSeconds = 900

/** Where the token is unless a file is named: in the home. */
const givenToken: Setting<string | undefined> = {
  variable: 'CAMPANILE_TOKEN_FILE',
  read: (value) => (value === undefined ? undefined : secretFile('CAMPANILE_TOKEN_FILE').read(value)),
}

async function open(): Promise<{
  readonly house: House
  readonly folder: string
  readonly timeScale: number
}> {
  const names = Object.keys(ports) as PortName[] // Object.keys of a literal gives its own keys.
  const doors = environment(Object.fromEntries(names.map((name) => [name, portOf(name)])))
  const given = environment({
    home,
    token: givenToken,
    databaseUrl: optionalText('DATABASE_URL'),
    timeScale: integer('CAMPANILE_TIME_SCALE', { min: 1, max: 600, fallback: 1 }),
  })
  const { timeScale, ...rest } = given
  // One door for every name.
  const house = await openHouse({ ...rest, ports: doors as Readonly<Record<PortName, number>> })
  return { house, folder: join(given.home, 'drills'), timeScale }
}

const machine: Evidence['machine'] = {
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${systemType()} ${arch()}`,
  node: process.versions.node,
}

/** Aborted by the first signal to stop, so that faults are ended; the second one ends at once. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1)
      stopping.abort()
    })
  }
  return stopping.signal
}

async function runAll(chosen: readonly Drill[], flags: RunFlags): Promise<ExitCode> {
  const signal = stopSignal()
  const { house, folder, timeScale } = await open()
  const run: Evidence[] = []
  for (const drill of chosen) {
    if (signal.aborted) break
    console.log(`${drill.name}: ${drill.breaks}; expects ${drill.expects.join(' or ')}`)
    const outcome = await runDrill({
      drill,
      stage: openStage(drill, house, timeScale),
      limitSeconds: flags.timeLimit ?? (timeScale === 1 ? patientSeconds : scaledSeconds),
      signal,
      onStep: (step) => console.log(stepLine(step)),
    })
    const evidence = evidenceOf(drill, outcome, { timeScale, machine })
    if (evidence.failure !== undefined) console.log(failureLine(evidence.failure))
    console.log(`  evidence: ${await writeEvidence(resolve(flags.evidence ?? folder), evidence)}`)
    run.push(evidence)
  }
  console.log(`\nseconds by step, time divided by ${timeScale}`)
  for (const line of summaryLines(run)) console.log(line)
  return run.length === chosen.length && run.every(({ outcome }) => outcome === 'passed') ? 0 : 1
}

function find(name: string): Drill {
  const found = drills.find((drill) => drill.name === name)
  if (found !== undefined) return found
  const known = drills.map((drill) => drill.name).join(', ')
  throw new DrillError('DRILL_UNKNOWN', `there is no drill ${name.slice(0, 40)}, expected one of ${known}`)
}

function wholeSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 10 && seconds <= 7_200) return seconds
  throw new InvalidArgumentError('expected whole seconds from 10 to 7200')
}

let exitCode: ExitCode = 0
const program = new Command('drill')
  .description('inject a fault into the running demo and follow its alert to the inbox and back')
  .exitOverride()
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration.')

program
  .command('list')
  .description('what can be broken, and what must ring then')
  .action(() => {
    for (const { name, breaks, expects } of drills) {
      console.log(`${name.padEnd(20)} ${expects.join(' or ').padEnd(34)} ${breaks}`)
    }
  })

for (const [name, description] of [
  ['run <name>', 'run one drill'],
  ['all', 'run every drill, one after the other'],
] as const) {
  program
    .command(name)
    .description(description)
    .option('--evidence <dir>', 'where evidence is written; default drills/ of the home')
    .option(
      '--time-limit <seconds>',
      `longest time for one drill; default ${patientSeconds}, with scaled time ${scaledSeconds}`,
      wholeSeconds,
    )
    .action(async (...args: readonly unknown[]) => {
      // commander gives the argument, where there is one, then the options, then the command.
      const flags = args.at(-2) as RunFlags
      const [first] = args
      exitCode = await runAll(typeof first === 'string' ? [find(first)] : drills, flags)
    })
}

program
  .command('table')
  .description('write the evidence of a folder as a Markdown table')
  .argument('<dir>', 'folder with evidence files')
  .action(async (dir: string) => {
    process.stdout.write(markdownTable(await readEvidence(dir)))
  })

try {
  await program.parseAsync()
} catch (error) {
  exitCode = explain(error)
}
process.exit(exitCode)

function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    console.error(`drill: ${error.faults.map(describeFault).join('\n  ')}`)
    return 2
  }
  console.error(`drill: ${messageOf(error)}`)
  return error instanceof DrillError && error.code === 'DRILL_UNKNOWN' ? 2 : 1
}
