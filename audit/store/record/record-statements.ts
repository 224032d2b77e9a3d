/** The SQL of the registers, read once when the process starts; one statement per file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const names = [
  'erase-entries',
  'find-blocks',
  'find-entries',
  'insert-entry',
  'list-inspected',
  'read-clocks',
  'read-record-states',
  'update-entry',
] as const

// Every name of the list is a key.
export const recordStatements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<(typeof names)[number], string>>
