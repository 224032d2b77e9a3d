/** `verify FILE`: an auditor's command. It opens the file and nothing else: no database, no network, no settings. */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { verifyExport, type Verdict } from './verify-export.ts'

/** Most bytes of a line: an entry is far below, and a file without line ends must not fill the memory. */
const maxLineBytes = 1_048_576

/**
 * Verifies an export file.
 *
 * @param key a verifier key, or the path of a file that holds one
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export async function verifyFile(path: string, key: string | undefined): Promise<Verdict> {
  const vkey = key !== undefined && existsSync(key) ? readFileSync(key, 'utf8').trim() : key
  return verifyExport(linesOf(path), vkey)
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  for await (const line of lines) yield line.length > maxLineBytes ? 'too long' : line
}

/** Writes a verdict for people. */
export function describeVerdict(verdict: Verdict, isKeyGiven: boolean): string {
  if (!verdict.valid) {
    const { fault, firstBad, before, detail } = verdict
    const place = before === undefined ? `leaf ${firstBad}` : `leaf ${firstBad} or later, before ${before}`
    return `NOT VERIFIED: ${fault} at ${place}: ${detail}`
  }
  const { header, size, root, checkpoints, withoutFacts, sequenceGaps } = verdict
  const gaps = Object.entries(sequenceGaps).map(([producer, count]) => `${producer} ${count}`)
  return [
    `verified: ${size} entries of ${header.origin}, ${checkpoints} signed checkpoints, root ${root}`,
    ...(withoutFacts > 0
      ? [`${withoutFacts} entries without facts: deleted by retention, leaves verified`]
      : []),
    ...(gaps.length > 0 ? [`missing producer counts: ${gaps.join(', ')}`] : []),
    ...(header.synthetic ? ['this export holds demo data: it is no evidence'] : []),
    ...(isKeyGiven
      ? []
      : [`the key was taken from the export itself: compare it with the one you were given: ${header.vkey}`]),
    header.notice,
  ].join('\n')
}
