/**
 * `node compliance/main.ts serve | scan PATH…`. Exit codes: 0 done and nothing at the level of `--fail-on`,
 * 1 something open at that level, unread or not found, 2 wrong usage or configuration.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigError, describeFault } from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../lib/lifecycle.ts'
import { failLevels, reportFormats, scanPaths, type ScanOptions } from './command.ts'
import type { ChosenVariables } from './gather/gather.ts'

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

program
  .command('scan')
  .description('scan folders and files once')
  .argument('<path...>', 'folders, Terraform, Compose and Dockerfiles')
  .addOption(new Option('--format <format>', 'how to report').choices(reportFormats).default('console'))
  .option('--out <file>', 'file to write; default standard output')
  .option('--waivers <file>', 'waivers to apply; default those of this house')
  .addOption(
    new Option(
      '--fail-on <severity>',
      'exit 1 when an unwaived item of this severity or worse fails or is unknown',
    )
      .choices(failLevels)
      .default('critical'),
  )
  .option(
    '--var-file <file>',
    'variable file of Terraform, as for terraform plan; may be repeated',
    chooseFile,
  )
  .option('--var <name=value>', 'value of a variable of Terraform; may be repeated', chooseValue)
  .option('--allow-unread', 'do not exit 1 because of what could not be read')
  .action(async (paths: string[], options: ScanOptions) => {
    exitCode = await scanPaths(paths, { ...options, chosen }, process.stdout)
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
