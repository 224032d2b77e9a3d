/**
 * `verify SOURCE`: an export file, a folder (a log's tiles, or an evidence pack), an archive of either, or the address
 * of a log. Everything found is verified; what cannot be known is said.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditError } from '../log/errors.ts'
import { openChain } from '../log/handover.ts'
import { parseVerifierKey, type VerifierKey } from '../log/note.ts'
import { keyOf, verifyFile } from './command.ts'
import { describeVerdict, printable } from './describe-verdict.ts'
import { findPack, keyFileOf, type Pack } from './pack.ts'
import type { SourcePlace } from './log-source.ts'
import { openSource } from './open-source.ts'
import { kindOfFile } from './file-kind.ts'
import type { VerifyOptions } from './verify-export.ts'
import { verifyProofFile } from './verify-proof.ts'
import { verifyTiles, type TilesOptions, type TilesVerdict } from './verify-tiles.ts'

export interface SourceOptions extends VerifyOptions, TilesOptions {
  /** Verifier key of the log, or the path of a file that holds one, received by another way. */
  readonly key?: string
  /** Path of a trust policy, received by another way. */
  readonly policy?: string
  /** Path of a checkpoint that was kept, or of a proof with one. */
  readonly known?: string
  /** Path of a file of mode 0600 with a bearer token for an address. */
  readonly tokenFile?: string
}

export interface SourceVerdict {
  readonly isValid: boolean
  readonly text: string
}

const noWitness =
  'tiles without a witness on another host cannot detect a holder of the log key who rewrote the log'
const maxTokenBytes = 8_192
/** Two proofs and a policy are far below. */
const maxKeptBytes = 1_048_576
const maxKeyBytes = 1_024

/**
 * Verifies a source of any kind.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED, AUDIT_SOURCE_FAILED or AUDIT_ARCHIVE_INVALID
 */
export async function verifySource(source: string, given: SourceOptions): Promise<SourceVerdict> {
  const options = given.known === undefined ? given : { ...given, earlier: [readKept(given.known)] }
  if (/^https?:\/\//i.test(source)) return verifyUrl(source, options)
  if (statSync(source).isDirectory()) return verifyFolder(source, options)
  if (kindOfFile(source) === 'other') return verifyExportFile(source, options)
  const folder = mkdtempSync(join(tmpdir(), 'campanile-verify-'))
  try {
    // Its tar reader is the one thing here that somebody else wrote: loaded only for archives.
    const { unpack } = await import('./unpack.ts')
    await unpack(source, folder)
    return await verifyFolder(folder, options)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function verifyExportFile(path: string, { key, ...options }: SourceOptions): Promise<SourceVerdict> {
  const verdict = await verifyFile(path, key, options)
  return { isValid: verdict.valid, text: describeVerdict(verdict, key !== undefined) }
}

async function verifyFolder(folder: string, options: SourceOptions): Promise<SourceVerdict> {
  const pack = findPack(folder)
  const ownKey = keyFileOf(pack)
  const key = options.key ?? ownKey
  const proofs = pack.proofs.map((path) => ({
    path,
    verdict: verifyProofOf(path, wanted(key), { pack, options }),
  }))
  const kept = proofs.filter(({ verdict }) => verdict.isValid).map(({ path }) => readKept(path))
  // What good proofs end in, the log must have grown from: one that was rewritten contradicts them.
  const whole = { ...options, earlier: [...(options.earlier ?? []), ...kept] }
  const parts: SourceVerdict[] = []
  for (const path of pack.exports) parts.push(await verifyExportFile(path, { ...whole, ...given(key) }))
  for (const log of pack.logs) {
    parts.push(await verifyTilesAt({ kind: 'folder', folder: log }, wanted(key), whole))
  }
  parts.push(...proofs.map(({ verdict }) => verdict))
  if (parts.length === 0) throw new AuditError('AUDIT_SOURCE_FAILED', 'found neither export, log nor proof')
  const notes = [
    ...(options.key === undefined && ownKey !== undefined ? [keyNote(ownKey)] : []),
    ...(options.policy === undefined && proofs.length > 0 ? policyNotes(pack) : []),
  ]
  return {
    isValid: parts.every(({ isValid }) => isValid),
    text: [...parts.map(({ text }) => text), ...notes].join('\n'),
  }
}

function given(key: string | undefined): { readonly key?: string } {
  return key === undefined ? {} : { key }
}

/** @throws AuditError AUDIT_KEY_MALFORMED when nobody gave one: nothing would show that anybody signed */
function wanted(key: string | undefined): string {
  if (key !== undefined) return key
  throw new AuditError('AUDIT_KEY_MALFORMED', 'found no key beside the log, expected --key')
}

function verifyProofOf(
  path: string,
  key: string,
  { pack, options }: { readonly pack: Pack; readonly options: SourceOptions },
): SourceVerdict {
  const policy = options.policy ?? pack.policy
  try {
    const text = verifyProofFile(path, { key, ...(policy === undefined ? {} : { policy }) })
    return { isValid: true, text }
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    const name = path.slice(pack.folder.length + 1)
    return { isValid: false, text: printable(`NOT VERIFIED: ${error.code}, ${name}: ${error.message}`) }
  }
}

async function verifyUrl(url: string, options: SourceOptions): Promise<SourceVerdict> {
  const token = options.tokenFile === undefined ? undefined : readToken(options.tokenFile)
  const place: SourcePlace = {
    kind: 'url',
    url: url.endsWith('/') ? url : `${url}/`,
    ...(token === undefined ? {} : { token }),
  }
  if (options.key !== undefined) return verifyTilesAt(place, options.key, options)
  const own = (await openSource(place).read('key', maxKeyBytes))?.toString('utf8').trim()
  const { isValid, text } = await verifyTilesAt(place, wanted(own), options)
  return { isValid, text: `${text}\n${keyNote(wanted(own))}` }
}

async function verifyTilesAt(place: SourcePlace, key: string, options: TilesOptions): Promise<SourceVerdict> {
  const verifierKey = parseVerifierKey(keyOf(key))
  const verdict = await verifyTiles(place, openChain(verifierKey, []), options)
  return { isValid: verdict.valid, text: describeTiles(verdict, verifierKey).map(printable).join('\n') }
}

function describeTiles(verdict: TilesVerdict, { name }: VerifierKey): string[] {
  if (!verdict.valid) {
    const { fault, firstBad, before, detail } = verdict
    const place = before <= firstBad + 1 ? `leaf ${firstBad}` : `leaf ${firstBad} or later, before ${before}`
    return [`NOT VERIFIED: ${fault}, first bad leaf: ${place}: ${detail}`]
  }
  const { checkpoint, files, foreign } = verdict
  return [
    `log ${name}`,
    `${checkpoint.size} entries verified, ${files} tiles and bundles compared`,
    `checkpoint of size ${checkpoint.size}, root ${checkpoint.root.toString('base64')}`,
    ...(foreign > 0
      ? [`${foreign} entries are no leaves of this ledger: their times were not looked at`]
      : []),
    noWitness,
  ]
}

function keyNote(key: string): string {
  return printable(`the key was taken from the source itself: compare it with the one you were given: ${key}`)
}

/** Whoever made the pack may have named witnesses of their own in its policy. */
function policyNotes({ folder, policy }: Pack): string[] {
  if (policy === undefined) return []
  const name = policy.slice(folder.length + 1)
  return [
    printable(`the policy was taken from the source itself: compare ${name} with the one you were given`),
  ]
}

function readKept(path: string): string {
  if (statSync(path).size <= maxKeptBytes) return readFileSync(path, 'utf8')
  throw new AuditError(
    'AUDIT_PROOF_MALFORMED',
    `found more than ${maxKeptBytes} bytes, expected a checkpoint`,
  )
}

/** Reads a bearer token; a file that others can read is refused. */
function readToken(path: string): string {
  const { mode, size } = statSync(path)
  if ((mode & 0o077) !== 0 || size > maxTokenBytes) {
    throw new AuditError('AUDIT_SOURCE_FAILED', 'found a token file that others can read, or a long one')
  }
  return readFileSync(path, 'utf8').trim()
}
