/**
 * What a folder holds: a log as tlog-tiles lays it out, or an evidence pack, which is `export.ndjson`, `key`, `policy`
 * and `proofs/`, each where there is one, with maybe logs in folders below.
 */
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { AuditError } from '../log/errors.ts'

export interface Pack {
  readonly folder: string
  readonly exports: readonly string[]
  /** Folders with a `checkpoint`. */
  readonly logs: readonly string[]
  readonly proofs: readonly string[]
  readonly key?: string
  readonly policy?: string
}

const maxKeyBytes = 4_096
/** Folders between the top and a log, and entries that are looked at: a folder may hold anything. */
const maxDepth = 3
const maxLooked = 100_000

/** Finds what can be verified in a folder. @throws AuditError AUDIT_SOURCE_FAILED for several logs without their own keys */
export function findPack(folder: string): Pack {
  const exports: string[] = []
  const logs: string[] = []
  const proofs: string[] = []
  const found: { key?: string; policy?: string } = {}
  let looked = 0
  const look = (at: string, depth: number) => {
    const entries = readdirSync(at, { withFileTypes: true }).sort(byName)
    const isLog = entries.some((entry) => entry.isFile() && entry.name === 'checkpoint')
    if (isLog) logs.push(at)
    for (const entry of entries) {
      const path = join(at, entry.name)
      if (++looked > maxLooked) throw new AuditError('AUDIT_SOURCE_FAILED', 'found no log in so many files')
      if (entry.isDirectory()) {
        if (depth < maxDepth && !(isLog && entry.name === 'tile')) look(path, depth + 1)
      } else if (entry.name.endsWith('.ndjson')) exports.push(path)
      else if (/^key$|\.vkey$/.test(entry.name)) found.key ??= path
      else if (/^policy$|\.policy$/.test(entry.name)) found.policy ??= path
      else if (entry.name.endsWith('.tlog-proof') || isProof(at, entry)) proofs.push(path)
    }
  }
  look(folder, 0)
  if (logs.length > 1) {
    throw new AuditError('AUDIT_SOURCE_FAILED', `found ${logs.length} logs, expected the folder of one`)
  }
  return { folder, exports, logs, proofs, ...found }
}

/** Reads the key a pack carries; undefined where it carries none. */
export function keyFileOf({ key }: Pack): string | undefined {
  if (key === undefined) return undefined
  if (statSync(key).size > maxKeyBytes)
    throw new AuditError('AUDIT_KEY_MALFORMED', 'found no key in the key file')
  return readFileSync(key, 'utf8').trim()
}

function isProof(folder: string, entry: Dirent): boolean {
  return folder.endsWith('/proofs') && entry.name.endsWith('.json')
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1
}
