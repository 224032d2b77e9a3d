/** What an operator looks into with: `fsck` and `witness`. */
import type { Command } from 'commander'
import { environment, portOf, secretFile } from '../../lib/config.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands that look at an appliance and change nothing. */
export function addCheckCommands(program: Command, terminal: Terminal): void {
  addFsck(program, terminal)
  addWitness(program, terminal)
}

function addFsck(program: Command, { print, end }: Terminal): void {
  program
    .command('fsck')
    .description('derive every log again from database and files, read-only; exit code 1 for any finding')
    .option('--tenant <name>', 'one log only')
    .action(async ({ tenant }: { readonly tenant?: string }) => {
      const { checkAll, readFsckSettings } = await import('../fsck/fsck-command.ts')
      end((await checkAll(readFsckSettings(), tenant, print)) ? 0 : 1)
    })
}

function addWitness(program: Command, { print, end }: Terminal): void {
  program
    .command('witness')
    .description('show which witnesses cosigned the newest anchor checkpoint, or the one in a file')
    .argument(
      '[checkpoint]',
      'file with a checkpoint; default that of the running ledger (CAMPANILE_TOKEN_FILE)',
    )
    .option('--policy <file>', 'trust policy for the file; exit code 1 when its quorum is not met')
    .action(async (checkpoint: string | undefined, { policy }: { readonly policy?: string }) => {
      const { askAnchor, checkWitnessFiles } = await import('../verify/witness-state.ts')
      if ((checkpoint === undefined) !== (policy === undefined)) {
        program.error('error: a checkpoint in a file needs --policy, and --policy a file')
      }
      const state =
        checkpoint === undefined || policy === undefined
          ? await fromLedger(askAnchor)
          : checkWitnessFiles(checkpoint, policy)
      print(state.text)
      end(state.hasQuorum ? 0 : 1)
    })
}

function fromLedger<T>(ask: (port: number, token: string) => Promise<T>): Promise<T> {
  const { port, token } = environment({ port: portOf('ledger'), token: secretFile('CAMPANILE_TOKEN_FILE') })
  return ask(port, token)
}
