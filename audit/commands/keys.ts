/** `keys list | rotate | passphrase | reseal | move | backup | restore`: the keystore of the stopped ledger. */
import { Argument, type Command } from 'commander'
import { backendNames, type BackendName } from '../../lib/custody-seal.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands that change the keystore. */
export function addKeyCommands(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('the keystore of the stopped ledger')
  addListAndRotate(keys, terminal)
  addFileCommands(keys, terminal)
}

function addListAndRotate(keys: Command, { print, end }: Terminal): void {
  keys
    .command('list')
    .description('list keys and versions; exit code 1 when one is lost or swapped')
    .action(async () => {
      const { describeKeys } = await import('../keys-command.ts')
      const { text, isWhole } = await describeKeys(await keySettings())
      print(text)
      end(isWhole ? 0 : 1)
    })

  keys
    .command('rotate')
    .description('give a key its next version')
    .argument('<name>', 'log-TENANT, subject-keys, or a listed name')
    .option('--compromised', 'somebody else may have it: nobody is led on from the old key')
    .action(async (name: string, { compromised = false }: { readonly compromised?: boolean }) => {
      const { rotateKey } = await import('../keys-command.ts')
      print(await rotateKey(await keySettings(), name, compromised))
    })
}

function addFileCommands(keys: Command, { print }: Terminal): void {
  keys
    .command('passphrase')
    .description('change the passphrase of the keystore')
    .argument('<file>', 'file of mode 0600 that holds the new one')
    .action(async (file: string) => {
      const { replacePassphrase } = await import('../keys-command.ts')
      print(await replacePassphrase(await keySettings(), file))
    })

  keys
    .command('reseal')
    .description('seal every key file anew; no key changes')
    .action(async () => {
      const { reseal } = await import('../keys-command.ts')
      print(await reseal(await keySettings()))
    })

  keys
    .command('move')
    .description('seal the keystore under another backend, or under another key of the same one')
    .addArgument(new Argument('<backend>', 'what is to open it').choices(backendNames))
    .option('--key <id>', 'key of KMS or of the token, instead of the one the settings name')
    .action(async (backend: BackendName, { key }: { readonly key?: string }) => {
      const [{ move }, { readTargetBackend }] = await Promise.all([
        import('../keys-command.ts'),
        import('../settings.ts'),
      ])
      print(await move(await keySettings(), readTargetBackend(backend, key)))
    })

  keys
    .command('backup')
    .description('write a sealed backup, also while the ledger runs; remove those older than 35 days')
    .argument('<folder>', 'folder of mode 0700, on another disk')
    .option('--recovery <file>', 'passphrase of mode 0600 that opens this backup without KMS or token')
    .action(async (folder: string, { recovery }: { readonly recovery?: string }) => {
      const { backUp } = await import('../keys-command.ts')
      print(await backUp(await keySettings(), folder, recovery))
    })

  keys
    .command('restore')
    .description('put back the files the keystore lacks')
    .argument('<file>', 'backup to take them from')
    .action(async (file: string) => {
      const { restore } = await import('../keys-command.ts')
      print(await restore(await keySettings(), file))
    })
}

async function keySettings() {
  const { readKeySettings } = await import('../settings.ts')
  return readKeySettings()
}
