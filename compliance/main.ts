/**
 * `node compliance/main.ts serve | scan PATH… | gate PATH… | watch PATH… | hub PATH… | bundle PATH… | verify FILE | history [TIME]`. Exit codes: 0 done and nothing at the level of `--fail-on`,
 * 1 something open at that level, unread or not found, 2 wrong usage or configuration.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigError, describeFault } from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../lib/lifecycle.ts'
import type { BundleOptions } from './command-bundle.ts'
import type { GateOptions } from './command-gate.ts'
import type { HistoryOptions } from './command-history.ts'
import type { HubOptions } from './command-hub.ts'
import type { ScanOptions } from './command.ts'
import { failLevels } from './fail-level.ts'
import type { FixOptions } from './fix/command.ts'
import type { ChosenVariables } from './gather/gather-options.ts'
import { reportFormats } from './report/format-names.ts'
import type { Watching, WatchOptions } from './watch-command.ts'

/**
 * What follows is compiled once and kept in the checkout, which belongs to whoever may change what runs here. Node keeps
 * nothing where that cannot be written, and what its own variable names where that is set.
 */
enableCompileCache(join(import.meta.dirname, '..', '.campanile', 'compile-cache'))

type ScanFlags = ScanOptions & FixOptions & { readonly quiet?: boolean; readonly fix?: boolean }

let exitCode: ExitCode = 0

/** In the order of the command line: the later wins, whichever option it was. */
const chosen: ChosenVariables[] = []

function chooseFile(file: string): void {
  chosen.push({ file })
}

function chooseValue(written: string): void {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(written) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected name=value')
  chosen.push({ name, value })
}

function readUrl(written: string): string {
  if (!/^https?:$/.test(URL.parse(written)?.protocol ?? '')) {
    throw new InvalidArgumentError('expected an address of http: or https:')
  }
  return written
}

function readLimit(written: string): number {
  const limit = /^\d{1,3}$/.test(written) ? Number(written) : 0
  if (limit < 1 || limit > 499) throw new InvalidArgumentError('expected a whole number from 1 to 499')
  return limit
}

const outs: string[] = []

function addOut(written: string): void {
  outs.push(written)
}

/** Colours on a terminal only, and not where NO_COLOR is set (no-color.org). */
const isColoured = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''

function failOn(): Option {
  const about = 'exit 1 when an unwaived item of this severity or worse fails or is unknown'
  return new Option('--fail-on <severity>', about).choices(failLevels).default('critical')
}

/** Adds the options that say what is looked at and by what it is judged: the same for every command that scans. */
function looking(command: Command): Command {
  return command
    .option(
      '--waivers <file>',
      'waivers to apply; default those of this house, for what stands in its checkout',
    )
    .option('--attestations <file>', 'statements people signed, for items a machine does not decide alone')
    .option('--parameters <file>', 'numbers to expect instead of the defaults of the controls')
    .option('--var-file <file>', 'variable file of Terraform; may be repeated', chooseFile)
    .option('--var <name=value>', 'value of a variable of Terraform; may be repeated', chooseValue)
    .option('--prometheus <url>', 'Prometheus to ask what the metrics say; default none', readUrl)
    .option('--prometheus-token <file>', 'file with the bearer token to show to it')
    .option('--log <file...>', 'logs of whose last 1000 lines a sample is looked at')
    .option('--security-hub-findings', 'take what Security Hub finds in the account and region, too')
}

/** Adds the account that findings belong to. */
function ofAccount(command: Command): Command {
  return command
    .option('--aws-account <id>', 'account the findings belong to, for asff and Security Hub')
    .option('--aws-region <region>', 'region the findings belong to, for asff and Security Hub')
}

/** Repairs depend on these alone; what else was asked for would be done by nobody. */
const ofFix: ReadonlySet<string> = new Set(['fix', 'dryRun', 'waivers', 'parameters', 'varFile', 'var'])

/** Refuses what `--fix` would leave undone. @throws ConfigError */
function checkFix(command: Command): void {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  const isFix = given.some((option) => option.attributeName() === 'fix')
  const faults = isFix
    ? given.filter((option) => !ofFix.has(option.attributeName()))
    : given.filter((option) => option.attributeName() === 'dryRun')
  const expected = isFix ? 'not beside --fix: repair first, then scan' : 'beside --fix alone'
  if (faults.length === 0) return
  throw new ConfigError(
    faults.map(({ long, flags }) => ({ source: 'command line', key: long ?? flags, expected })),
  )
}

const program = new Command('compliance')
  .description('score infrastructure against the hardening checklist')
  .exitOverride()
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing open at the level of --fail-on, 1 something fails or is unknown at that level, could not be read, or nothing was found, 2 wrong usage.',
  )

program
  .command('serve')
  .description('scan the house at start and by schedule, and serve the posture until SIGTERM')
  .action(async () => {
    exitCode = await runUntilSignal({
      name: 'compliance',
      start: async () => {
        const [{ startCompliance }, { readServeSettings }] = await Promise.all([
          import('./start.ts'),
          import('./settings.ts'),
        ])
        return startCompliance(readServeSettings())
      },
    })
  })

ofAccount(looking(program.command('scan')))
  .description('scan folders and files once')
  .argument('<path...>', 'folders, Terraform, Compose and Dockerfiles')
  .addOption(new Option('--format <format>', 'how to report').choices(reportFormats).default('console'))
  .option('--out <file>', 'file to write, or format=file; may be repeated; default standard output', addOut)
  .option(
    '--since <file>',
    'posture of an earlier scan (json): what changed is explained, and failures keep their age',
  )
  .option('--quiet', 'on the console only what is open and the score')
  .addOption(failOn())
  .option('--allow-unread', 'do not exit 1 because of what could not be read')
  .option('--fix', 'write the repairs of what fails, and scan again')
  .option('--dry-run', 'with --fix: show the repairs as a unified difference and write nothing')
  .action(async (paths: string[], options: ScanFlags, command: Command) => {
    checkFix(command)
    const { quiet, fix, ...rest } = options
    if (fix === true) {
      const { fixPaths } = await import('./fix/command.ts')
      exitCode = await fixPaths(paths, { ...rest, chosen }, process.stdout)
      return
    }
    const given = { ...rest, out: outs, chosen, isColoured, isQuiet: quiet === true }
    const { scanPaths } = await import('./command.ts')
    exitCode = await scanPaths(paths, given, process.stdout)
  })

ofAccount(looking(program.command('gate')))
  .description('scan folders and files, and fail only for what is new')
  .argument('<path...>', 'folders, Terraform, Compose and Dockerfiles')
  .requiredOption('--baseline <file>', 'posture that is accepted as it is, from scan --format json')
  .option('--out <file>', 'report to write beside, or format=file; may be repeated; json by default', addOut)
  .option('--quiet', 'only what is new')
  .option('--allow-unread', 'do not exit 1 because of what cannot be read any more')
  .addOption(failOn())
  .action(async (paths: string[], { quiet, ...options }: GateOptions & { readonly quiet?: boolean }) => {
    const { gatePaths } = await import('./command-gate.ts')
    const given = { ...options, out: outs, chosen, isColoured, isQuiet: quiet === true }
    exitCode = await gatePaths(paths, given, process.stdout)
  })

ofAccount(looking(program.command('watch')))
  .description('scan folders and files, and again whenever one changes, until SIGINT or SIGTERM')
  .argument('<path...>', 'folders and files')
  .option('--allow-unread', 'do not exit 1 because of what could not be read')
  .addOption(failOn())
  .action(async (paths: string[], options: WatchOptions) => {
    const { startWatching } = await import('./watch-command.ts')
    const given = { ...options, chosen, isColoured }
    let watching: Watching | undefined
    const start = async () => (watching = await startWatching(paths, given, process.stdout))
    const code = await runUntilSignal({ name: 'compliance watch', start })
    exitCode = code === 0 && watching !== undefined ? watching.exitCode() : code
  })

looking(program.command('hub'))
  .description('scan folders and files and bring Security Hub up to date with what is open')
  .argument('<path...>', 'folders and files; the same ones at each run with one state')
  .requiredOption('--account <id>', 'account the findings belong to; that of the credentials')
  .requiredOption('--region <region>', 'region of Security Hub')
  .requiredOption('--state <file>', 'what was sent before; made at the first run, and to be kept')
  .action(async (paths: string[], options: HubOptions) => {
    const { sendPaths } = await import('./command-hub.ts')
    exitCode = await sendPaths(paths, { ...options, chosen }, process.stdout)
  })

ofAccount(looking(program.command('bundle')))
  .description('scan folders and files and keep the evidence in one file that verifies offline')
  .argument('<path...>', 'folders, Terraform, Compose and Dockerfiles')
  .requiredOption('--out <file>', 'file to write, a gzipped tar')
  .option(
    '--since <file>',
    'posture of an earlier scan (json): what changed is explained, and failures keep their age',
  )
  .option('--key <file>', 'private Ed25519 key in PEM that signs the statement')
  .option('--clock <time>', 'when the scan is said to be made; the same inputs then give the same bytes')
  .action(async (paths: string[], options: BundleOptions) => {
    const { bundlePaths } = await import('./command-bundle.ts')
    exitCode = await bundlePaths(paths, { ...options, chosen }, process.stdout)
  })

program
  .command('verify')
  .description('verify an evidence bundle with nothing but itself and these rules')
  .argument('<file>', 'bundle')
  .option('--key <file>', 'public Ed25519 key in PEM its statement has to be signed with')
  .action(async (file: string, options: { readonly key?: string }) => {
    const { verifyFile } = await import('./command-bundle.ts')
    exitCode = await verifyFile(file, options, process.stdout)
  })

program
  .command('history')
  .description(
    'ask the running scanner what came of past scans (CAMPANILE_TOKEN_FILE, CAMPANILE_PORT_COMPLIANCE)',
  )
  .argument('[time]', 'a scan as the list names it: what it found, and what had changed')
  .option('--since <time>', 'with a scan: what changed since that one instead of the one before')
  .option('--item <id>', 'the past of one item instead, e.g. TLS-01')
  .option('--before <time>', 'of the list only what is older')
  .option('--limit <count>', 'most scans of the list, 1 to 499', readLimit, 30)
  .option('--json', 'as the scanner answers it')
  .action(async (time: string | undefined, options: HistoryOptions) => {
    const { tellHistory } = await import('./command-history.ts')
    exitCode = await tellHistory(time, options, process.stdout)
  })

program
  .command('pages')
  .description('print the pages of the controls and the checklist as JSON, for npm run generate')
  .action(async () => {
    const { generatedFiles } = await import('./command-pages.ts')
    const text = JSON.stringify(Object.fromEntries(generatedFiles()))
    // What a pipe has not taken yet is lost at the exit.
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
  })

function reportFailure(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    console.error(`compliance: ${error.faults.map(describeFault).join('\n  ')}`)
    return 2
  }
  console.error(`compliance: ${messageOf(error)}`)
  return 1
}

try {
  await program.parseAsync()
} catch (error) {
  exitCode = reportFailure(error)
}
process.exit(exitCode)
