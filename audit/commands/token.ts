/** `token`: has the running ledger issue a short-lived token to somebody. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { IssueBody } from '../../contracts/ledger-token.ts'
import { environment, portOf, secretFile } from '../../lib/config.ts'
import { wholeNumber, type Terminal } from './terminal.ts'

interface TokenAsked {
  readonly role: IssueBody['role']
  readonly tenant: string
  readonly name: string
  readonly subject?: string
  readonly since?: string
  readonly until?: string
  readonly ttl?: number
  readonly out?: string
}

/** Adds the command. */
export function addTokenCommand(program: Command, { print }: Terminal): void {
  program
    .command('token')
    .description('issue a short-lived token; the log of the tenant says so (CAMPANILE_TOKEN_FILE)')
    .addOption(
      new Option('--role <name>', 'what it may do')
        .choices(['writer', 'custodian', 'auditor', 'subject', 'witness'] satisfies IssueBody['role'][])
        .makeOptionMandatory(),
    )
    .requiredOption('--tenant <name>', 'whose log it is good for')
    .requiredOption('--name <account>', 'opaque account id of who will hold it')
    .option('--subject <id>', 'whose record may be looked at; for the role subject')
    .option('--since <time>', 'first time of sequencing, a date or RFC 3339 in UTC; for an auditor', instant)
    .option('--until <time>', 'end of the times, exclusive', instant)
    .option('--ttl <seconds>', 'its life; default 900, an auditor’s at most 28800', wholeNumber)
    .option('--out <file>', 'file to write, mode 0600; default standard output')
    .action(async ({ tenant, out, since, until, ttl, role, name, subject }: TokenAsked) => {
      if ((since === undefined) !== (until === undefined)) {
        program.error('error: a period has --since and --until')
      }
      const { issueToken } = await import('../token-command.ts')
      const period = since === undefined || until === undefined ? {} : { period: { since, until } }
      const body = {
        role,
        name,
        ...period,
        ...(subject === undefined ? {} : { subject }),
        ...(ttl === undefined ? {} : { seconds: ttl }),
      }
      const door = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
      print(await issueToken({ ...door, tenant, body, ...(out === undefined ? {} : { out }) }))
    })
}

/** Writes a time as tokens carry it. */
function instant(text: string): string {
  const millis = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(millis)) throw new InvalidArgumentError('expected a date or a time of RFC 3339 in UTC')
  return new Date(millis).toISOString()
}
