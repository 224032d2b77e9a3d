/** The SQL of this room, read once when the process starts; one statement per file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const names = [
  'append-batches',
  'count-indexes',
  'empty-entries',
  'find-entry',
  'find-extra-key',
  'find-extra-listing',
  'find-known',
  'has-synthetic',
  'index-entries',
  'insert-checkpoint',
  'insert-checkpoints',
  'is-alive',
  'list-about',
  'list-subject',
  'list-tenants',
  'list-unindexed',
  'read-accesses',
  'read-batch-root',
  'read-batches',
  'read-batches-at',
  'read-checkpoint',
  'read-checkpoints',
  'read-drift',
  'read-head',
  'read-index-cursor',
  'read-listed',
  'read-log',
  'read-postings',
  'read-side',
  'read-subject-entries',
  'read-subject-side',
  'take-lease',
  'take-writer-lock',
] as const
export type StatementName = (typeof names)[number]

// Every name of the list is a key.
export const statements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<StatementName, string>>
