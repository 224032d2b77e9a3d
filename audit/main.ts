/** `node audit/main.ts serve | export | report | verify | verify-report | verify-proof | keys`. Exit codes: 0 done, 1 failed or not verified, 2 wrong usage. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { ErasureBody } from '../contracts/erasure.ts'
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

interface Asked {
  readonly tenant: string
  readonly out?: string
  readonly format?: string
  readonly since?: string
  readonly until?: string
}

/** Fetches from the running ledger what a command asks for. */
async function fetchAnswer(
  { out }: Asked,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
) {
  const { download } = await import('./export-command.ts')
  const settings = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
  await download({ path, query, ...settings, stdout: process.stdout, ...(out === undefined ? {} : { out }) })
}

program
  .command('export')
  .description('fetch a log from the running ledger (CAMPANILE_TOKEN_FILE, CAMPANILE_PORT_LEDGER)')
  .requiredOption('--tenant <name>', 'whose log')
  .option('--format <name>', 'ocsf, cef, csv or jsonl; default the export that `verify` reads')
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
    await fetchAnswer(asked, path, { format, from, to, since, until })
  })

program
  .command('report')
  .description(
    'fetch who saw a student record, with proofs (CAMPANILE_TOKEN_FILE of a token with subjects:read)',
  )
  .requiredOption('--tenant <name>', 'whose log')
  .requiredOption('--subject <id>', 'opaque id of the student')
  .option('--format <name>', 'json, csv or pdf', 'json')
  .option('--days <count>', 'only so many days back; a complaint looks back 180')
  .option('--since <time>', 'first time of sequencing, a date or RFC 3339 in UTC')
  .option('--until <time>', 'end of the times, exclusive')
  .option('--out <file>', 'file to write; default standard output')
  .action(async (asked: Asked & { readonly subject: string; readonly days?: string }) => {
    const { tenant, subject, format, days, since, until } = asked
    const path = `/v1/subjects/${encodeURIComponent(tenant)}/${encodeURIComponent(subject)}/report`
    await fetchAnswer(asked, path, { format, days, since, until })
  })

program
  .command('verify-report')
  .description('check every line of a student report (json), offline')
  .argument('<file>', 'report to verify')
  .requiredOption('--key <vkey>', 'verifier key of the log, or a file that holds it, received by another way')
  .action(async (file: string, { key }: { readonly key: string }) => {
    const { verifyReportFile } = await import('./report/verify-command.ts')
    console.log(await verifyReportFile(file, key))
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
  .action(async (given: ErasureAsked) => {
    const { eraseSubject } = await import('./erasure/erase-command.ts')
    const settings = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
    const { tenant, subject, reason, record: recordState, exempt: isExempt = false } = given
    console.log(await eraseSubject({ tenant, subject, reason, recordState, isExempt, ...settings }))
  })

interface ErasureAsked {
  readonly tenant: string
  readonly subject: string
  readonly reason: string
  readonly record: ErasureBody['recordState']
  readonly exempt?: boolean
}

program
  .command('verify-proof')
  .description('check the proof of one event: a .tlog-proof, or one through the anchor log, offline')
  .argument('<file>', 'proof to verify')
  .requiredOption('--key <vkey>', 'verifier key of the log, or a file that holds it, received by another way')
  .option('--policy <file>', 'trust policy with the anchor log and its witnesses, received by another way')
  .action(async (file: string, trust: { readonly key: string; readonly policy?: string }) => {
    const { verifyProofFile } = await import('./verify/verify-proof.ts')
    console.log(verifyProofFile(file, trust))
  })

program
  .command('unseal')
  .description('open a sealed log offline: two people, each with a private key')
  .argument('<folder>', 'folder of the sealed log')
  .requiredOption('--counsel <file>', 'private key of counsel, PEM')
  .requiredOption('--second <file>', 'private key of the second person, PEM')
  .requiredOption('--key <vkey>', 'verifier key of the sealed log')
  .action(async (folder: string, given: { counsel: string; second: string; key: string }) => {
    const { unseal } = await import('./sealed/unseal-command.ts')
    const size = await unseal({ folder, ...given }, (line) => console.log(line))
    console.log(`{"entries":${size}}`)
  })

const keys = program.command('keys').description('the keystore of the stopped ledger')

keys
  .command('list')
  .description('list keys and versions; exit code 1 when one is lost or swapped')
  .action(async () => {
    const { describeKeys } = await import('./keys-command.ts')
    const { text, isWhole } = await describeKeys(await keySettings())
    console.log(text)
    exitCode = isWhole ? 0 : 1
  })

keys
  .command('rotate')
  .description('give a key its next version')
  .argument('<name>', 'log-TENANT, subject-keys, or a listed name')
  .option('--compromised', 'somebody else may have it: nobody is led on from the old key')
  .action(async (name: string, { compromised = false }: { readonly compromised?: boolean }) => {
    const { rotateKey } = await import('./keys-command.ts')
    console.log(await rotateKey(await keySettings(), name, compromised))
  })

keys
  .command('passphrase')
  .description('change the passphrase of the keystore')
  .argument('<file>', 'file of mode 0600 that holds the new one')
  .action(async (file: string) => {
    const { replacePassphrase } = await import('./keys-command.ts')
    console.log(await replacePassphrase(await keySettings(), file))
  })

keys
  .command('backup')
  .description('write a sealed backup, also while the ledger runs; remove those older than 35 days')
  .argument('<folder>', 'folder of mode 0700, on another disk')
  .action(async (folder: string) => {
    const { backUp } = await import('./keys-command.ts')
    console.log(await backUp(await keySettings(), folder))
  })

keys
  .command('restore')
  .description('put back the files the keystore lacks')
  .argument('<file>', 'backup to take them from')
  .action(async (file: string) => {
    const { restore } = await import('./keys-command.ts')
    console.log(await restore(await keySettings(), file))
  })

async function keySettings() {
  const { readKeySettings } = await import('./settings.ts')
  return readKeySettings()
}

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
