/** What an auditor runs offline: `verify`, `verify-report`, `verify-proof`, `verify-population`, `unseal`. */
import type { Command } from 'commander'
import { verifySource, type SourceOptions } from '../verify/verify-source.ts'
import { wholeNumber, type Terminal } from './terminal.ts'

const keyOption = [
  '--key <vkey>',
  'verifier key of the log, or a file that holds it, received by another way',
] as const

/** Adds the commands that need files and keys and nothing else; what each stands on is loaded only for it. */
export function addVerifyCommands(program: Command, terminal: Terminal): void {
  addVerify(program, terminal)
  addVerifyReport(program, terminal)
  addVerifyProof(program, terminal)
  addVerifyPopulation(program, terminal)
  addUnseal(program, terminal)
}

function addVerify(program: Command, { print, end }: Terminal): void {
  program
    .command('verify')
    .description(
      'derive a log again from an export, a folder, an archive or an address; names the first bad leaf',
    )
    .argument(
      '<source>',
      'export, folder of tiles, evidence pack, .tar.gz of either, or http(s) address of a log',
    )
    .option(...keyOption)
    .option(
      '--policy <file>',
      'trust policy by which the proofs of a pack are judged, received by another way',
    )
    .option(
      '--known <file>',
      'checkpoint kept from earlier, or a proof with one, that the log must have grown from',
    )
    .option('--token-file <file>', 'file of mode 0600 with a bearer token for the address')
    .option('--threads <count>', 'most threads for tiles; default one for each core', wholeNumber)
    .option('--allow-withheld', 'accept entries that came without their facts')
    .option(
      '--min-size <entries>',
      'fewest entries the log must have, known from an earlier export',
      wholeNumber,
    )
    .action(async (source: string, options: SourceOptions) => {
      const { isValid, text } = await verifySource(source, options)
      print(text)
      end(isValid ? 0 : 1)
    })
}

function addVerifyReport(program: Command, { print }: Terminal): void {
  program
    .command('verify-report')
    .description('check every line of a student report (json), offline')
    .argument('<file>', 'report to verify')
    .requiredOption(...keyOption)
    .action(async (file: string, { key }: { readonly key: string }) => {
      const { verifyReportFile } = await import('../report/verify-command.ts')
      print(await verifyReportFile(file, key))
    })
}

function addVerifyProof(program: Command, { print }: Terminal): void {
  program
    .command('verify-proof')
    .description('check the proof of one event: a .tlog-proof, or one through the anchor log, offline')
    .argument('<file>', 'proof to verify')
    .requiredOption(...keyOption)
    .option('--policy <file>', 'trust policy with the anchor log and its witnesses, received by another way')
    .action(async (file: string, trust: { readonly key: string; readonly policy?: string }) => {
      const { verifyProofFile } = await import('../verify/verify-proof.ts')
      print(verifyProofFile(file, trust))
    })
}

function addVerifyPopulation(program: Command, { print }: Terminal): void {
  program
    .command('verify-population')
    .description('prove that exported entries are all there are of a period, offline')
    .argument('<file>', 'answer of the door `population`')
    .requiredOption('--entries <file>', 'export of the same range with --format jsonl')
    .requiredOption(...keyOption)
    .action(async (population: string, given: { readonly entries: string; readonly key: string }) => {
      const { verifyPopulationFiles } = await import('../report/population-command.ts')
      print(await verifyPopulationFiles({ population, ...given }))
    })
}

function addUnseal(program: Command, { print }: Terminal): void {
  program
    .command('unseal')
    .description('open a sealed log offline: two people, each with a private key')
    .argument('<folder>', 'folder of the sealed log')
    .requiredOption('--counsel <file>', 'private key of counsel, PEM')
    .requiredOption('--second <file>', 'private key of the second person, PEM')
    .requiredOption('--key <vkey>', 'verifier key of the sealed log')
    .action(async (folder: string, given: { counsel: string; second: string; key: string }) => {
      const { unseal } = await import('../sealed/unseal-command.ts')
      const size = await unseal({ folder, ...given }, print)
      print(`{"entries":${size}}`)
    })
}
