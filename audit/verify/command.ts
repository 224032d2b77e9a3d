/** `verify FILE`: an auditor's command. It opens the file and nothing else: no database, no network, no settings. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { linesOf } from './lines.ts'
import { verifyExport, type Verdict, type VerifyOptions } from './verify-export.ts'

/** Most bytes of a file that may hold a verifier key; beyond it the file is something else. */
const maxKeyFileBytes = 4_096

/**
 * Verifies an export file.
 *
 * @param key a verifier key, or the path of a file that holds one
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export async function verifyFile(
  path: string,
  key: string | undefined,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const vkey = key === undefined ? undefined : keyOf(key)
  return verifyExport(linesOf(createReadStream(path)), vkey, options)
}

/** Reads a key that is given as text or as the path of a file that holds it. */
export function keyOf(key: string): string {
  return isKeyFile(key) ? readFileSync(key, 'utf8').trim() : key
}

function isKeyFile(path: string): boolean {
  return existsSync(path) && statSync(path).size <= maxKeyFileBytes
}
