/** The statements of the gateway, read once when the process starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  insertSession: load('insert-session'),
  insertToken: load('insert-token'),
  findToken: load('find-token'),
  useToken: load('use-token'),
  setRole: load('set-role'),
  revokeSession: load('revoke-session'),
  countSessions: load('count-sessions'),
  recentlyRevoked: load('recently-revoked'),
  purgeSessions: load('purge-sessions'),
} as const
