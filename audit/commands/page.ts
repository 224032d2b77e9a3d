/** `verifier-page`: writes the verifier as one page for a browser. */
import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds the command that writes the page. */
export function addPageCommand(program: Command, { print }: Terminal): void {
  program
    .command('verifier-page')
    .description('write one HTML file that verifies exports, proofs and evidence packs in a browser, offline')
    .requiredOption('--out <file>', 'file to write')
    .action(async ({ out }: { readonly out: string }) => {
      const [{ buildPage }, { writeFile }] = await Promise.all([
        import('../verify/build-page.ts'),
        import('node:fs/promises'),
      ])
      const page = await buildPage()
      await writeFile(out, page)
      print(`${out}: ${page.length} characters`)
    })
}
