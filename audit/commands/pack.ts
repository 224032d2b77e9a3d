/** `pack`: an evidence pack of a log of the running ledger. */
import { InvalidArgumentError, type Command } from 'commander'
import { environment, portOf, secretFile } from '../../lib/config.ts'
import { wholeNumber, type Terminal } from './terminal.ts'

interface PackAsked {
  readonly tenant: string
  readonly out: string
  readonly proof: readonly number[]
  readonly page: boolean
}

/** Most proofs of one pack: each is two requests. */
const maxProofs = 1_000

/** Adds the command that makes packs. */
export function addPackCommand(program: Command, { print, stdout }: Terminal): void {
  program
    .command('pack')
    .description(
      'write export, key, policy, proofs and the verifier page as one .tar.gz (CAMPANILE_TOKEN_FILE)',
    )
    .requiredOption('--tenant <name>', 'whose log')
    .requiredOption('--out <file>', 'file to write')
    .option('--proof <index>', 'entry whose proof goes along; may be given often', oneMore, [])
    .option('--no-page', 'leave the page out')
    .action(async ({ tenant, out, proof, page }: PackAsked) => {
      const { makePack } = await import('../pack/make-pack.ts')
      const door = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
      const names = await makePack({ tenant, out, proofs: proof, hasPage: page, ...door, stdout })
      print([`${out}:`, ...names].join('\n  '))
    })
}

function oneMore(text: string, before: readonly number[]): number[] {
  if (before.length >= maxProofs) throw new InvalidArgumentError(`expected at most ${maxProofs} proofs`)
  return [...before, wholeNumber(text)]
}
