/** The SQL of this room, read once when the process starts; one statement per file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const names = [
  'enter-log',
  'find-entry',
  'find-known',
  'has-synthetic',
  'insert-batch',
  'insert-checkpoint',
  'insert-log',
  'is-alive',
  'list-tenants',
  'read-accesses',
  'read-checkpoint',
  'read-checkpoints',
  'read-entries',
  'read-hashes',
  'read-head',
  'read-heads',
  'read-log',
  'read-walk',
  'take-writer-lock',
] as const
export type StatementName = (typeof names)[number]

// Every name of the list is a key.
export const statements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<StatementName, string>>
