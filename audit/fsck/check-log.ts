/**
 * Derives one log again from everything there is of it: keystore, database, files. It is the check the running ledger
 * makes of itself, from first entry to last and without rests, and it writes nothing.
 */
import { systemCodeOf } from '../../lib/errors.ts'
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { openCheckpointInChain } from '../log/handover.ts'
import { encodeVerifierKey, parseVerifierKey } from '../log/note.ts'
import { LogWalk } from '../publish/log-walk.ts'
import { WalkFinding } from '../publish/walk-finding.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import type { Log, Logs } from '../store/logs.ts'
import type { SignedNotes } from '../store/signed-notes.ts'
import type { WalkReader } from '../store/walk-reader.ts'
import { verifyTiles } from '../verify/verify-tiles.ts'

export interface CheckParts {
  readonly logs: Pick<Logs, 'openKeys'>
  readonly notes: SignedNotes
  readonly reader: WalkReader
  readonly tiles: LogTiles
  /** Folder of the tiles of all logs. */
  readonly tilesFolder: string
}

export interface LogFinding {
  readonly code: string
  /** First entry that is wrong, and the exclusive end of those among which it is; absent for what is about the log. */
  readonly from?: number
  readonly before?: number
  readonly detail: string
}

export interface LogReport {
  readonly tenant: string
  /** Entries that were derived again from the database. */
  readonly entries: number
  /** Tiles and bundles that were derived again from the bundles alone. */
  readonly files: number
  /** Last signed size; absent where nothing was signed yet. */
  readonly signed?: number
  readonly findings: readonly LogFinding[]
}

/**
 * Checks one log whole.
 *
 * @throws whatever keeps it from reading: nothing is known about the log then
 */
export async function checkLog(tenant: string, parts: CheckParts): Promise<LogReport> {
  const findings: LogFinding[] = []
  const keys = await noting(findings, () => parts.logs.openKeys(tenant))
  if (keys === undefined) return { tenant, entries: 0, files: 0, findings }
  const signed = await noting(findings, () => newestOf(keys, parts.notes))
  if (signed === undefined) return { tenant, entries: 0, files: 0, findings }
  const entries = await walk({ keys, signed, findings }, parts)
  const files = await compareFiles({ keys, signed, findings }, parts)
  return { tenant, entries, files, signed: signed.size, findings }
}

interface Checked {
  readonly keys: LogKeys
  readonly signed: Checkpoint
  readonly findings: LogFinding[]
}

/** Takes what is wrong as a finding; whatever else fails is the caller's. */
async function noting<T>(findings: LogFinding[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WalkFinding) {
      const { code, index, before, message } = error
      findings.push({ code, from: index, before, detail: message })
    } else if (error instanceof AuditError) findings.push({ code: error.code, detail: error.message })
    else throw error
    return undefined
  }
}

/** Opens what was signed last, of the two notes that are kept outside the database the larger. */
async function newestOf(keys: LogKeys, notes: SignedNotes): Promise<Checkpoint | undefined> {
  const opened = (await notes.read(keys.tenant)).map((note) => openCheckpointInChain(note, keys.chain))
  const [first, second] = opened
  if (first !== undefined && second?.size === first.size && !first.root.equals(second.root)) {
    throw new AuditError('AUDIT_LOG_FORKED', `two roots were signed for ${first.size} entries`)
  }
  return opened.toSorted((a, b) => b.size - a.size)[0]
}

async function walk({ keys, signed, findings }: Checked, parts: CheckParts): Promise<number> {
  const vkey = encodeVerifierKey(keys.origin, keys.signer.publicKey)
  const log: Log = {
    keys,
    vkey,
    verifierKey: parseVerifierKey(vkey),
    signed,
    begun: undefined,
    holdAgainst: () => undefined,
  }
  const derived = new LogWalk({ log, ...parts })
  await noting(findings, async () => {
    while (derived.size < signed.size) await derived.advance(signed)
  })
  return derived.size
}

/** Reads the files alone, as an auditor would: also what the walk did not come to. */
async function compareFiles({ keys, findings }: Checked, parts: CheckParts): Promise<number> {
  const folder = `${parts.tilesFolder}/${keys.tenant}`
  const verdict = await verifyTiles({ kind: 'folder', folder }, keys.chain)
  if (verdict.valid) return verdict.files
  const { fault, firstBad: from, before, detail } = verdict
  findings.push({ code: fault, from, before, detail: `the files alone: ${detail}` })
  return 0
}

/** Tells whether an error says that the ledger's database or files cannot be reached. */
export function describeUnread(error: unknown): string {
  return systemCodeOf(error) ?? (error instanceof Error ? error.message : 'unknown')
}
