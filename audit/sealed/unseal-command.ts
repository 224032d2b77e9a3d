/**
 * `unseal FOLDER --counsel FILE --second FILE`: offline, by two people who each bring their private key. It verifies
 * the tree before it opens anything.
 */
import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { parseVerifierKey } from '../log/note.ts'
import { openEntry } from './sealed-entry.ts'
import { entriesFile, entriesOf, readCheckpoint, readTree } from './sealed-log.ts'

export interface UnsealOptions {
  readonly folder: string
  /** Files with the private X25519 keys, PEM. */
  readonly counsel: string
  readonly second: string
  /** Verifier key of the sealed log, received by another way. */
  readonly key: string
}

/**
 * Writes every disclosure as a line of JSON, with its index; one that was sent twice comes once.
 *
 * @returns how many entries were opened
 * @throws AuditError AUDIT_LOG_FORKED, AUDIT_SEALED_INVALID, or what opening the checkpoint throws
 */
export async function unseal(options: UnsealOptions, write: (line: string) => void): Promise<number> {
  const { folder, counsel, second, key } = options
  const path = join(folder, entriesFile)
  const { origin, size, root } = openCheckpoint(await readCheckpoint(folder), parseVerifierKey(key))
  const { rootAt } = await readTree(path, size)
  if (rootAt?.equals(root) !== true) {
    throw new AuditError('AUDIT_LOG_FORKED', 'the entries have another root than was signed')
  }
  const pair = {
    counsel: createPrivateKey(await readFile(counsel)),
    second: createPrivateKey(await readFile(second)),
  }
  const seen = new Set<string>()
  let index = 0
  for await (const entry of entriesOf(path)) {
    if (index === size) break
    const text = openEntry(entry, { origin, index }, pair)
    if (text !== undefined && !seen.has(text)) {
      seen.add(text)
      write(`{"index":${index},"disclosure":${text}}`)
    }
    index += 1
  }
  return index
}
