/** `hold place | approve | list | release | approve-release | keep | withdraw`: legal holds on the running ledger. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { commandDoor, isShortLived } from './command-door.ts'
import type { Terminal } from './terminal.ts'

interface Who {
  readonly tenant: string
  readonly actor: string
  readonly tokenFile?: string
}

interface Placed extends Who {
  readonly subject?: string
  readonly account?: string
  readonly everything?: boolean
  readonly from?: string
  readonly until?: string
  readonly case: string
  readonly relevance: string
}

/** Adds the commands. */
export function addHoldCommands(program: Command, terminal: Terminal): void {
  const hold = program
    .command('hold')
    .description('legal holds, which block retention and erasure (CAMPANILE_TOKEN_FILE with record:write)')
  addPlace(hold, program, terminal)
  addList(hold, terminal)
  addStep(hold, terminal, ['approve', 'approve', 'place a proposed hold; by another person'])
  addStep(hold, terminal, ['withdraw', 'withdraw', 'take back a hold that was only proposed'])
  addStep(hold, terminal, [
    'release',
    'propose_release',
    'propose a release; it holds on',
    '--statement <text>',
  ])
  addStep(hold, terminal, ['keep', 'keep', 'refuse a proposed release'])
  addStep(hold, terminal, ['approve-release', 'approve_release', 'release it; by another person'])
}

function named(hold: Command, name: string): Command {
  return hold
    .command(name)
    .requiredOption('--tenant <name>', 'whose log')
    .requiredOption('--actor <account>', 'account of who acts; that of the token where it is short-lived')
    .option('--token-file <file>', 'short-lived token of who acts; default CAMPANILE_TOKEN_FILE')
}

function addPlace(hold: Command, program: Command, { print }: Terminal): void {
  named(hold, 'place')
    .description('propose a hold')
    .addOption(new Option('--subject <id>', 'entries about a student').conflicts(['account', 'everything']))
    .addOption(new Option('--account <id>', 'entries of what an account did').conflicts('everything'))
    .option('--everything', 'all entries of the tenant')
    .option('--from <day>', 'first day of the window', day)
    .option('--until <day>', 'last day of the window', day)
    .requiredOption('--case <reference>', 'of the case')
    .requiredOption('--relevance <text>', 'why the entries matter to it')
    .action(async (given: Placed) => {
      const { subject, account, everything, from, until, case: reference, relevance } = given
      if ([subject, account, everything].every((each) => each === undefined)) {
        program.error('error: a hold has --subject, --account or --everything')
      }
      const scope = subject !== undefined ? 'subject' : account !== undefined ? 'actor' : 'tenant'
      const of = subject ?? account
      const { proposeHold } = await import('../record/hold-command.ts')
      const door = doorOf(given)
      print(
        await proposeHold(door, {
          scope,
          reference,
          relevance,
          ...(of === undefined ? {} : { of }),
          ...(from === undefined ? {} : { from }),
          ...(until === undefined ? {} : { until }),
        }),
      )
      warnOfProgram(door, print)
    })
}

function addList(hold: Command, { print }: Terminal): void {
  named(hold, 'list')
    .description('list holds, also those that were released (CAMPANILE_TOKEN_FILE with record:read)')
    .option('--state <name>', 'proposed, placed, release_proposed, released or withdrawn')
    .action(async ({ state, ...who }: Who & { readonly state?: string }) => {
      const { listHolds } = await import('../record/hold-command.ts')
      print(await listHolds(doorOf(who), state))
    })
}

/** Adds a step: its name here, the register's, what it does, and an option it demands. */
function addStep(
  hold: Command,
  { print }: Terminal,
  [name, command, meaning, demanded]: readonly [string, string, string, string?],
): void {
  const step = named(hold, name).description(meaning).argument('<id>', 'of the hold')
  if (demanded !== undefined) step.requiredOption(demanded, 'why')
  step.action(async (id: string, { statement, ...who }: Who & { readonly statement?: string }) => {
    const { changeHold } = await import('../record/hold-command.ts')
    const door = doorOf(who)
    print(await changeHold(door, { id, command, ...(statement === undefined ? {} : { statement }) }))
    warnOfProgram(door, print)
  })
}

function doorOf({ tenant, actor, tokenFile }: Who) {
  return { ...commandDoor(tokenFile), tenant, actor }
}

/** The ledger holds an account against a person's token alone: a program's speaks for anybody. */
function warnOfProgram({ token, actor }: ReturnType<typeof doorOf>, print: Terminal['print']): void {
  if (isShortLived(token)) return
  print(
    `by the token of a program: that ${actor} did it was taken on its word, and two names may be one person`,
  )
}

function day(text: string): string {
  if (/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text)) return text
  throw new InvalidArgumentError('expected a day, e.g. 2026-09-01')
}
