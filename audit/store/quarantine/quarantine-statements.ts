/** The SQL of the quarantine, read once when the process starts; one statement per file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const names = [
  'count-again',
  'count-kept',
  'drop-expired',
  'drop-kept',
  'forget-subject',
  'keep',
  'list-kept',
  'open-kept',
] as const

// Every name of the list is a key.
export const quarantineStatements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<(typeof names)[number], string>>
