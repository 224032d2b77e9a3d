/** `export`, `report` and `erase`: ask the running ledger with the caller's token. */
import { randomUUID } from 'node:crypto'
import { Option, type Command } from 'commander'
import type { ErasureBody } from '../../contracts/erasure.ts'
import { commandDoor, isShortLived } from './command-door.ts'
import type { Terminal } from './terminal.ts'

interface Asked {
  readonly tenant: string
  readonly out?: string
  readonly format?: string
  readonly since?: string
  readonly until?: string
}

interface ErasureAsked {
  readonly tenant: string
  readonly subject: string
  readonly reason: string
  readonly record: ErasureBody['recordState']
  readonly exempt?: boolean
  readonly id?: string
  readonly approve?: boolean
  readonly tokenFile?: string
}

/** Adds the commands that need the ledger to run. */
export function addRunningCommands(program: Command, terminal: Terminal): void {
  addExport(program, terminal)
  addReport(program, terminal)
  addEffectiveness(program, terminal)
  addErase(program, terminal)
}

function addExport(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('fetch a log from the running ledger (CAMPANILE_TOKEN_FILE, CAMPANILE_PORT_LEDGER)')
    .requiredOption('--tenant <name>', 'whose log')
    .option(
      '--format <name>',
      'ocsf, cef, csv, jsonl, oscal or parquet; default the export that `verify` reads',
    )
    .option('--from <index>', 'first entry')
    .option('--to <index>', 'end of the entries, exclusive')
    .option('--since <time>', 'first time of sequencing, a date or RFC 3339 in UTC')
    .option('--until <time>', 'end of the times, exclusive')
    .option('--out <file>', 'file to write; default standard output')
    .action(async (asked: Asked & { readonly from?: string; readonly to?: string }) => {
      const { tenant, format, from, to, since, until } = asked
      if (format === undefined && [from, to, since, until].some((bound) => bound !== undefined)) {
        program.error('error: the export that `verify` reads is of the whole log: choose a --format')
      }
      const path = `/v1/logs/${encodeURIComponent(tenant)}/export`
      await fetchAnswer(asked, { path, query: { format, from, to, since, until } }, terminal)
    })
}

interface AskedReport extends Asked {
  readonly subject: string
  readonly language?: string
  readonly days?: string
}

function addReport(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description(
      'fetch who saw a student record, with proofs (CAMPANILE_TOKEN_FILE of a token with subjects:read)',
    )
    .requiredOption('--tenant <name>', 'whose log')
    .requiredOption('--subject <id>', 'opaque id of the student')
    .option('--format <name>', 'json, csv or pdf', 'json')
    .option('--language <code>', 'en or es, of the pages and the columns')
    .option('--days <count>', 'only so many days back; a complaint looks back 180')
    .option('--since <time>', 'first time of sequencing, a date or RFC 3339 in UTC')
    .option('--until <time>', 'end of the times, exclusive')
    .option('--out <file>', 'file to write; default standard output')
    .action(async (asked: AskedReport) => {
      const { tenant, subject, format, language, days, since, until } = asked
      const path = `/v1/subjects/${encodeURIComponent(tenant)}/${encodeURIComponent(subject)}/report`
      await fetchAnswer(asked, { path, query: { format, language, days, since, until } }, terminal)
    })
}

function addEffectiveness(program: Command, terminal: Terminal): void {
  program
    .command('effectiveness')
    .description(
      'fetch denials, broken glass and reads without a relationship, by role and quarter (CAMPANILE_TOKEN_FILE)',
    )
    .requiredOption('--tenant <name>', 'whose log')
    .option('--since <time>', 'first time of sequencing, a date or RFC 3339 in UTC')
    .option('--until <time>', 'end of the times, exclusive')
    .option('--out <file>', 'file to write; default standard output')
    .action(async (asked: Asked) => {
      const { tenant, since, until } = asked
      const path = `/v1/logs/${encodeURIComponent(tenant)}/effectiveness`
      await fetchAnswer(asked, { path, query: { since, until } }, terminal)
    })
}

function addErase(program: Command, { print }: Terminal): void {
  program
    .command('erase')
    .description('destroy what the running ledger holds about a subject (CAMPANILE_TOKEN_FILE)')
    .requiredOption('--tenant <name>', 'whose log')
    .requiredOption('--subject <id>', 'opaque id of the subject')
    .requiredOption('--reason <word>', 'kept in the certificate, e.g. record_destroyed')
    .addOption(
      new Option('--record <state>', 'what became of the education record')
        .choices(['kept', 'destroyed', 'none'])
        .default('kept'),
    )
    .option('--exempt', 'a law asks to keep it')
    .option('--id <uuid>', 'of the erasure, as it was approved')
    .option('--approve', 'approve it for another person, who then says the same with its --id')
    .option('--token-file <file>', 'short-lived token of who asks or approves; default CAMPANILE_TOKEN_FILE')
    .action(async (given: ErasureAsked) => {
      const { approveErasure, eraseSubject } = await import('../erasure/erase-command.ts')
      const { tenant, subject, reason, record: recordState, exempt: isExempt = false } = given
      const { id = randomUUID(), approve = false, tokenFile } = given
      const door = commandDoor(tokenFile)
      const asked = { id, tenant, subject, reason, recordState, isExempt, ...door }
      if (approve) return print(await approveErasure(asked))
      print(await eraseSubject(asked))
      if (!isShortLived(door.token)) print('by the token of a program: nobody else approved it')
    })
}

interface Question {
  /** Of the ledger, its parts encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
}

/** Fetches from the running ledger what a command asks for. */
async function fetchAnswer({ out }: Asked, { path, query }: Question, { stdout }: Terminal): Promise<void> {
  const { download } = await import('../export-command.ts')
  await download({ path, query, ...commandDoor(), stdout, ...(out === undefined ? {} : { out }) })
}
