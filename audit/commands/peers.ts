/** `peers card | add | list | remove`: the houses that cosign each other's logs. */
import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds the commands of the ring. */
export function addPeerCommands(program: Command, { print }: Terminal): void {
  const peers = program.command('peers').description('the ring of houses that cosign each other')

  peers
    .command('card')
    .description("print this house's card, for its peers to add; makes its keys where there are none")
    .requiredOption('--name <word>', 'short name of this house: letters, digits, hyphens')
    .requiredOption('--url <address>', "address of this house's /witness, as peers reach it")
    .action(async (house: { readonly name: string; readonly url: string }) => {
      const { describeHouse } = await import('../peers-command.ts')
      print(await describeHouse(await peerSettings(), house))
    })

  peers
    .command('add')
    .description('take a peer into the ring, or a new card of one; the ledger reads it when it starts')
    .argument('<file>', 'card of the peer')
    .action(async (file: string) => {
      const { add } = await import('../peers-command.ts')
      print(await add(await peerSettings(), file))
    })

  peers
    .command('list')
    .description('list peers with their keys')
    .action(async () => {
      const { list } = await import('../peers-command.ts')
      print(await list(await peerSettings()))
    })

  peers
    .command('remove')
    .description('take a peer out of the ring')
    .argument('<name>', 'short name of the peer')
    .action(async (name: string) => {
      const { remove } = await import('../peers-command.ts')
      print(await remove(await peerSettings(), name))
    })
}

async function peerSettings() {
  const { readPeerSettings } = await import('../settings.ts')
  return readPeerSettings()
}
