/** `node audit/main.ts serve` and the commands of `commands/`. Exit codes: 0 done, 1 failed or not verified, 2 wrong usage. */
import { Command, CommanderError } from 'commander'
import { ConfigError, describeFault } from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../lib/lifecycle.ts'
import { addHoldCommands } from './commands/hold.ts'
import { addCheckCommands } from './commands/check.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addOpenApiCommand } from './commands/openapi.ts'
import { addPackCommand } from './commands/pack.ts'
import { addPageCommand } from './commands/page.ts'
import { addPeerCommands } from './commands/peers.ts'
import { addRunningCommands } from './commands/running.ts'
import type { Terminal } from './commands/terminal.ts'
import { addTokenCommand } from './commands/token.ts'
import { addVerifyCommands } from './commands/verify.ts'
import { AuditError } from './log/errors.ts'

let exitCode: ExitCode = 0

const terminal: Terminal = {
  print: (text) => console.log(text),
  end: (code) => {
    exitCode = code
  },
  stdout: process.stdout,
}

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

addRunningCommands(program, terminal)
addTokenCommand(program, terminal)
addOpenApiCommand(program, terminal)
addVerifyCommands(program, terminal)
addCheckCommands(program, terminal)
addPageCommand(program, terminal)
addPackCommand(program, terminal)
addHoldCommands(program, terminal)
addKeyCommands(program, terminal)
addPeerCommands(program, terminal)

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
