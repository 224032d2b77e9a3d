/** The one command: reads the environment and the arguments, runs a command, exits with its code. */
import { Command, CommanderError } from 'commander'
import { ConfigError, describeFault } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { detach, readyMessage } from './commands/detach.ts'
import { doctor } from './commands/doctor.ts'
import { down } from './commands/down.ts'
import { ledgerCheckEnvironment } from './commands/ledger-check.ts'
import { showLogs } from './commands/logs.ts'
import { migrateDatabase } from './commands/migrate.ts'
import type { ExitCode, Output } from './commands/output.ts'
import { runRoom } from './commands/room.ts'
import { showStatus } from './commands/status.ts'
import { runTests } from './commands/test.ts'
import { showTrace } from './commands/trace.ts'
import { up } from './commands/up.ts'
import { custodyEnvironment } from './components/environment.ts'
import { homeAt } from './home.ts'
import { readSettings } from './settings.ts'

const output: Output = {
  write: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
}

const exitCodes = '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration.'

/** Aborted by the first signal to stop; the second ends at once, and the children with it. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1)
      stopping.abort()
    })
  }
  return stopping.signal
}

// A terminal that was closed, or a parent that has read enough, must not end the house.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

let code: ExitCode = 0
const settings = () => readSettings(process.env)
const program = new Command('campanile')
  .description('An observability and compliance appliance for campus software.')
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .addHelpText('afterAll', exitCodes)

program
  .command('up')
  .description('start the appliance and stay in the foreground until Ctrl-C')
  .option('--no-demo', 'without demo data and traffic')
  .option('-d, --detach', 'return when it is ready and leave it running')
  .action(async (options: { readonly demo: boolean; readonly detach?: boolean }) => {
    if (options.detach === true) {
      code = await detach(settings(), options.demo ? [] : ['--no-demo'], output)
      return
    }
    const announce = () => {
      process.send?.(readyMessage)
      if (process.connected) process.disconnect()
    }
    code = await up({
      settings: settings(),
      demo: options.demo,
      output,
      signal: stopSignal(),
      onReady: announce,
    })
  })

program
  .command('down')
  .description('stop it; its data is kept')
  .option('--volumes', 'also delete its data, keys and secrets')
  .action(async (options: { readonly volumes?: boolean }) => {
    code = await down(settings(), options.volumes === true, output)
  })

program
  .command('status')
  .description('show every component, time to ready and memory, measured')
  .option('--json', 'as one JSON document')
  .action(async (options: { readonly json?: boolean }) => {
    code = await showStatus(settings(), options.json === true, output)
  })

program
  .command('doctor')
  .description('check this machine and the appliance on it; every failure comes with its fix')
  .action(async () => {
    code = await doctor(settings(), output)
  })

program
  .command('logs')
  .description('show the end of the logs')
  .argument('[component]', 'one of them only')
  .option('-f, --follow', 'go on with what is added')
  .option('-n, --lines <number>', 'lines of each', '40')
  .action(
    async (component: string | undefined, options: { readonly follow?: boolean; readonly lines: string }) => {
      const lines = Number(options.lines)
      if (!Number.isInteger(lines) || lines < 0)
        throw new CommanderError(2, 'lines', `expected a number of lines, found ${options.lines}`)
      code = await showLogs(settings(), {
        component,
        follow: options.follow === true,
        lines,
        output,
        signal: stopSignal(),
      })
    },
  )

program
  .command('trace')
  .description('show one request: its spans as a tree, and its log lines')
  .argument('<id>', 'trace id, 32 hex digits')
  .action(async (id: string) => {
    code = await showTrace(settings(), id, output)
  })

/** Commands that are passed on to the room that knows them, with the words each may begin with. */
const rooms = [
  [
    'audit',
    'verify or export the ledger',
    'audit/main.ts',
    [
      'verify',
      'export',
      'report',
      'verify-report',
      'verify-proof',
      'verify-population',
      'verifier-page',
      'pack',
      'fsck',
      'witness',
      'keys',
      'peers',
      'erase',
      'hold',
      'effectiveness',
      'token',
    ],
    'operator',
  ],
  [
    'collector',
    'check a collector configuration',
    'collector/main.ts',
    ['check', 'port-check', 'components'],
    undefined,
  ],
  ['rules', 'alert rules, their tests and the routing', 'rules/main.ts', ['generate', 'check'], undefined],
  [
    'dashboards',
    'the dashboards for Grafana and console',
    'dashboards/main.ts',
    ['generate', 'check'],
    undefined,
  ],
  [
    'compliance',
    'score infrastructure files',
    'compliance/main.ts',
    ['scan', 'gate', 'bundle', 'verify', 'watch', 'hub', 'history'],
    'operator',
  ],
  [
    'drill',
    'inject a fault and follow its alert',
    'drills/main.ts',
    ['list', 'run', 'all', 'table'],
    'drills',
  ],
] as const

for (const [name, description, main, words, holder] of rooms) {
  program
    .command(name)
    .description(`${description}: ${words.map((word) => `${name} ${word} --help`).join(', ')}`)
    .argument('<command>', words.join(' or '))
    .argument('[arguments...]', 'passed on')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (command: string, rest: readonly string[]) => {
      if (!words.some((word) => word === command)) {
        throw new CommanderError(2, name, `expected ${words.join(' or ')}, found ${command}`)
      }
      const args = [command, ...rest]
      // What is about one student is the custodian's to read or erase, never the operator's.
      const isCustodial = name === 'audit' && isAboutStudents(command, rest)
      const shown = isCustodial ? 'custodian' : holder
      const opensKeys = name === 'audit' && ['keys', 'peers'].includes(command)
      const context = { settings: settings(), home: homeAt(settings().home) }
      code = await runRoom(settings(), {
        main,
        args,
        ...(shown === undefined ? {} : { holder: shown }),
        ...(opensKeys ? { environment: custodyEnvironment(context, 'ledger') } : {}),
        ...(name === 'audit' && command === 'fsck'
          ? { environment: await ledgerCheckEnvironment(settings()) }
          : {}),
      })
    })
}

/** Tells whether a command is the custodian's; the token of one who reads or erases records, too, is. */
function isAboutStudents(command: string, rest: readonly string[]): boolean {
  if (command !== 'token') return ['report', 'erase', 'hold'].includes(command)
  return rest.some((word) => /^(?:--role=)?(?:custodian|subject)$/.test(word))
}

program
  .command('migrate')
  .description('bring the database of DATABASE_URL forward and exit; up does it by itself')
  .action(async () => {
    code = await migrateDatabase(settings(), output)
  })

program
  .command('test')
  .description('run every check and test; ends with "N passed, N failed"')
  .action(async () => {
    code = await runTests(settings(), output)
  })

for (const command of program.commands) command.exitOverride().showHelpAfterError('(see --help)')

try {
  await program.parseAsync()
} catch (error) {
  code = explain(error)
}
process.exit(code)

function explain(error: unknown): ExitCode {
  if (error instanceof ConfigError) {
    output.warn(`campanile: configuration has ${error.faults.length} fault(s)`)
    for (const fault of error.faults) output.warn(`  ${describeFault(fault)}`)
    return 2
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // commander has written its own errors; ours carry exit code 2 and are not written yet.
    if (error.exitCode === 2) output.warn(`campanile: ${error.message}`)
    return 2
  }
  output.warn(`campanile: ${messageOf(error)}`)
  return 1
}
