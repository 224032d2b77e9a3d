/** `node audit/main.ts serve | export | verify`. Exit codes: 0 done, 1 failed or not verified, 2 wrong usage. */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { ConfigError, describeFault, environment, portOf, secretFile } from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../lib/lifecycle.ts'
import { AuditError } from './log/errors.ts'
import { describeVerdict, verifyFile } from './verify/command.ts'
import type { VerifyOptions } from './verify/verify-export.ts'

let exitCode: ExitCode = 0

const program = new Command('audit')
  .description('the ledger: serve it, export a log, verify an export')
  .exitOverride()
  .showHelpAfterError()
  .addHelpText('after', '\nExit codes: 0 done, 1 failed or not verified, 2 wrong usage or configuration.')

program
  .command('serve')
  .description('serve the ledger until SIGTERM')
  .action(async () => {
    exitCode = await runUntilSignal({
      name: 'ledger',
      start: async () => {
        // Verifying stands on nothing but the log: the rest is loaded only where it is needed.
        const [{ startLedger }, { readServeSettings }] = await Promise.all([
          import('./serve.ts'),
          import('./settings.ts'),
        ])
        return startLedger(readServeSettings())
      },
    })
  })

program
  .command('export')
  .description('fetch a log from the running ledger (CAMPANILE_TOKEN_FILE, CAMPANILE_PORT_LEDGER)')
  .requiredOption('--tenant <name>', 'whose log')
  .option('--out <file>', 'file to write; default standard output')
  .action(async ({ tenant, out }: { tenant: string; out?: string }) => {
    const { exportLog } = await import('./export-command.ts')
    const settings = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
    await exportLog({ tenant, ...settings, stdout: process.stdout, ...(out === undefined ? {} : { out }) })
  })

program
  .command('verify')
  .description('derive a log again from an export, offline; names the first bad leaf')
  .argument('<file>', 'export to verify')
  .option('--key <vkey>', 'verifier key of the log, or a file that holds it, received by another way')
  .option('--allow-withheld', 'accept entries that came without their facts')
  .option(
    '--min-size <entries>',
    'fewest entries the log must have, known from an earlier export',
    wholeNumber,
  )
  .action(async (file: string, { key, ...options }: VerifyOptions & { readonly key?: string }) => {
    const verdict = await verifyFile(file, key, options)
    console.log(describeVerdict(verdict, key !== undefined))
    exitCode = verdict.valid ? 0 : 1
  })

/** Reads an option's value. */
function wholeNumber(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number')
}

function reportFailure(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    console.error(`audit: ${error.faults.map(describeFault).join('\n  ')}`)
    return 2
  }
  console.error(`audit: ${messageOf(error)}`)
  return error instanceof AuditError && error.code === 'AUDIT_KEY_MALFORMED' ? 2 : 1
}

try {
  await program.parseAsync()
} catch (error) {
  exitCode = reportFailure(error)
}
process.exit(exitCode)
