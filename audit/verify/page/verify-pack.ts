/** Verifies what a pack holds, with the code an auditor's command runs. */
import { AuditError } from '../../log/errors.ts'
import { parseVerifierKey, type VerifierKey } from '../../log/note.ts'
import { parsePolicy } from '../../log/policy-file.ts'
import type { Policy } from '../../log/policy.ts'
import { describeVerdict, printable } from '../describe-verdict.ts'
import { linesOf } from '../lines.ts'
import { verifyProofText } from '../proof-text.ts'
import { verifyExport } from '../verify-export.ts'
import { settle } from './browser-crypto.ts'
import type { PackFile } from './read-pack.ts'

export interface PartVerdict {
  readonly name: string
  readonly isValid: boolean
  readonly lines: readonly string[]
}

export interface PackVerdict {
  readonly isValid: boolean
  readonly parts: readonly PartVerdict[]
  /** What the pack cannot show, however good it is. */
  readonly unknown: readonly string[]
}

const noKey =
  'No key was given: this shows that the pack is whole, not whose it is. Ask the ledger for its verifier key by another way and paste it above.'
const noPolicy =
  'No policy was given: which witnesses stand behind the proofs is the word of the pack. Compare its policy with the one you were given.'
const noTiles = 'Tiles in the pack were not looked at here: the command audit verify does.'
const chunkBytes = 65_536

/**
 * Verifies every export and every proof in a pack.
 *
 * @param givenKey received by another way; empty without
 * @throws AuditError AUDIT_KEY_MALFORMED for a given key that is none
 */
export async function verifyPack(files: readonly PackFile[], givenKey: string): Promise<PackVerdict> {
  const given = givenKey === '' ? undefined : parseVerifierKey(givenKey)
  const own = files.find(({ name }) => /(?:^|\/)key$|\.vkey$/.test(name))
  const vkey = given === undefined ? own && textOf(own).trim() : givenKey
  const policyFile = files.find(({ name }) => /(?:^|\/)policy$|\.policy$/.test(name))
  const proofs: PartVerdict[] = []
  const earlier: string[] = []
  for (const file of files.filter(isProof)) {
    const verdict = await verifyProofFile(file, vkey, policyFile)
    proofs.push(verdict)
    // What good proofs end in, the log must have grown from: one that was rewritten contradicts them.
    if (verdict.isValid) earlier.push(textOf(file))
  }
  const parts: PartVerdict[] = []
  for (const file of files.filter(isExport)) {
    parts.push(await verifyExportFile(file, { vkey, isGiven: given !== undefined, earlier }))
  }
  parts.push(...proofs)
  if (parts.length === 0) throw new Error('found neither an export nor a proof in this file')
  const hasProofs = files.some(isProof)
  return {
    isValid: parts.every(({ isValid }) => isValid),
    parts,
    unknown: [
      ...(given === undefined ? [noKey] : []),
      ...(hasProofs ? [noPolicy] : []),
      ...(files.some(({ name }) => /(?:^|\/)tile\//.test(name)) ? [noTiles] : []),
    ],
  }
}

function isExport({ name, bytes }: PackFile): boolean {
  return /\.ndjson$|\.jsonl$/.test(name) || String.fromCharCode(...bytes.subarray(0, 10)) === '{"format":'
}

function isProof({ name }: PackFile): boolean {
  return name.endsWith('.tlog-proof') || /(?:^|\/)proofs\/[^/]+\.json$/.test(name)
}

interface ExportTrust {
  readonly vkey: string | undefined
  /** False when the key came with the pack. */
  readonly isGiven: boolean
  readonly earlier: readonly string[]
}

async function verifyExportFile(
  file: PackFile,
  { vkey, isGiven, earlier }: ExportTrust,
): Promise<PartVerdict> {
  try {
    const verdict = await settle(() => verifyExport(linesOf(chunksOf(file.bytes)), vkey, { earlier }))
    return {
      name: printable(file.name),
      isValid: verdict.valid,
      lines: describeVerdict(verdict, isGiven).split('\n'),
    }
  } catch (error) {
    return wrong(file, error)
  }
}

async function verifyProofFile(
  file: PackFile,
  vkey: string | undefined,
  policyFile: PackFile | undefined,
): Promise<PartVerdict> {
  try {
    const text = await settle(async () => verifyProofText(textOf(file), keyFor(vkey), policyOf(policyFile)))
    return { name: printable(file.name), isValid: true, lines: text.split('\n') }
  } catch (error) {
    return wrong(file, error)
  }
}

function keyFor(vkey: string | undefined): VerifierKey {
  if (vkey !== undefined) return parseVerifierKey(vkey)
  throw new AuditError('AUDIT_KEY_MALFORMED', 'a proof alone does not carry the key of its log')
}

function policyOf(file: PackFile | undefined): Policy | undefined {
  return file === undefined ? undefined : parsePolicy(file.bytes)
}

function wrong({ name }: PackFile, error: unknown): PartVerdict {
  const code = error instanceof AuditError ? `${error.code}: ` : ''
  const message = error instanceof Error ? error.message : String(error)
  return { name: printable(name), isValid: false, lines: [printable(`NOT VERIFIED: ${code}${message}`)] }
}

/** Gives way to the browser between chunks, so that the page stays alive. */
async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    await new Promise((resolve) => {
      setTimeout(resolve)
    })
    yield bytes.subarray(at, at + chunkBytes)
  }
}

function textOf({ bytes }: PackFile): string {
  return new TextDecoder().decode(bytes)
}
