/** `openapi`: prints the description of the ledger's door, as `docs/openapi/ledger.json` keeps it. */
import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds the command. */
export function addOpenApiCommand(program: Command, { stdout }: Terminal): void {
  program
    .command('openapi')
    .description('print the OpenAPI 3.1 description of the door')
    .action(async () => {
      const { describeDoor } = await import('../api/operations/describe-door.ts')
      const text = JSON.stringify(describeDoor(), null, 2)
      // Longer than a pipe holds: the process must not end before the reader has it all.
      await new Promise<void>((resolve) => stdout.write(`${text}\n`, () => resolve()))
    })
}
