/** The statements of the history, read once when the process starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  lockHistory: load('lock-history'),
  readNewest: load('read-newest'),
  insertScan: load('insert-scan'),
  insertItemChanges: load('insert-item-changes'),
  insertFindingChanges: load('insert-finding-changes'),
  insertFrameworkChanges: load('insert-framework-changes'),
  listScans: load('list-scans'),
  listItemsAt: load('list-items-at'),
  listStandingAt: load('list-standing-at'),
  listFrameworksAt: load('list-frameworks-at'),
  listItemStates: load('list-item-states'),
  listItemFindings: load('list-item-findings'),
} as const
