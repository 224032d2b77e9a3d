/** `verify FILE`: an auditor's command. It opens the file and nothing else: no database, no network, no settings. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { exportNotice } from '../../contracts/ledger-export.ts'
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
  const vkey = key !== undefined && isKeyFile(key) ? readFileSync(key, 'utf8').trim() : key
  return verifyExport(linesOf(createReadStream(path)), vkey, options)
}

function isKeyFile(path: string): boolean {
  return existsSync(path) && statSync(path).size <= maxKeyFileBytes
}

/** Writes a verdict for people. */
export function describeVerdict(verdict: Verdict, isKeyGiven: boolean): string {
  return linesOfVerdict(verdict, isKeyGiven).map(printable).join('\n')
}

function linesOfVerdict(verdict: Verdict, isKeyGiven: boolean): string[] {
  if (!verdict.valid) {
    const { fault, firstBad, before, detail } = verdict
    const place = before === undefined ? `leaf ${firstBad}` : `leaf ${firstBad} or later, before ${before}`
    return [`NOT VERIFIED: ${fault}, first bad leaf: ${place}: ${detail}`]
  }
  const { header, size, root, checkpoints, withoutFacts, sequenceGaps } = verdict
  const gaps = Object.entries(sequenceGaps).map(([producer, count]) => `${producer} ${count}`)
  return [
    `log ${header.origin}`,
    `${size} entries verified`,
    `checkpoint of size ${size}, root ${root}; ${checkpoints} signed checkpoints checked`,
    ...(withoutFacts > 0
      ? [`${withoutFacts} entries without facts, cause unknown: leaves verified, what they say is not`]
      : []),
    ...(gaps.length > 0 ? [`missing producer counts: ${gaps.join(', ')}`] : []),
    ...(header.synthetic ? ['SYNTHETIC: this export holds demo data, it is no evidence'] : []),
    ...(isKeyGiven
      ? []
      : [`the key was taken from the export itself: compare it with the one you were given: ${header.vkey}`]),
    exportNotice,
  ]
}

/** Whoever wrote the file must not steer the terminal of whoever verifies it. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
}
