/** Reads one line of an export; whoever wrote the file controls it. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { exportFormat, type ExportHeader } from '../../contracts/ledger-export.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { Gone } from '../../contracts/retention.ts'

export interface ExportedEntry {
  readonly index: number
  readonly leaf: Leaf
  /** Base64. */
  readonly leafHash: string
  /** Why the facts are missing, as whoever wrote the file says. */
  readonly gone?: Gone
  /** Absent once they were erased or their period has passed. */
  readonly opening?: {
    readonly facts: AuditEvent['facts']
    readonly salt: Buffer
    readonly personalCommitment: Buffer
  }
}

export type ExportLine =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | { readonly kind: 'entry'; readonly entry: ExportedEntry }
  | { readonly kind: 'checkpoint'; readonly note: string }
  | { readonly kind: 'unreadable'; readonly detail: string }

/** Tells what a line is; one that is nothing known is `unreadable`. */
export function readLine(text: string): ExportLine {
  let value: unknown
  try {
    value = parseCanonical(text)
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : 'not json')
  }
  if (!isRecord(value)) return unreadable('not an object')
  if ('format' in value) return readHeader(value)
  if ('checkpoint' in value) return readCheckpoint(value)
  return readEntry(value)
}

/** An entry has all of what opens its facts or nothing of it; a misspelled member is not a missing one. */
const bareMembers = 'index leaf leafHash'
const goneMembers = 'gone index leaf leafHash'
const openMembers = 'facts factsSalt index leaf leafHash personalCommitment'

type Json = Readonly<Record<string, unknown>>

function readHeader(value: Json): ExportLine {
  const { format, tenant, origin, vkey, handovers, size, synthetic, notice } = value
  if (format !== exportFormat) return unreadable(`found another format than ${exportFormat}`)
  if (
    typeof tenant !== 'string' ||
    typeof origin !== 'string' ||
    typeof vkey !== 'string' ||
    typeof size !== 'number' ||
    typeof synthetic !== 'boolean' ||
    typeof notice !== 'string'
  ) {
    return unreadable('the header lacks a member')
  }
  const header = { format, tenant, origin, vkey, size, synthetic, notice } as const
  if (handovers === undefined) return { kind: 'header', header }
  if (!Array.isArray(handovers) || !handovers.every((note) => typeof note === 'string')) {
    return unreadable('the handovers are no texts')
  }
  return { kind: 'header', header: { ...header, handovers } }
}

function readCheckpoint({ checkpoint }: Json): ExportLine {
  if (typeof checkpoint !== 'string') return unreadable('the checkpoint is no text')
  return { kind: 'checkpoint', note: checkpoint }
}

function readEntry(value: Json): ExportLine {
  const members = Object.keys(value).sort().join(' ')
  const known = [bareMembers, goneMembers, openMembers]
  if (!known.includes(members)) return unreadable('members of no entry')
  const { index, leaf, leafHash, gone, facts, factsSalt, personalCommitment } = value
  if (typeof index !== 'number' || typeof leafHash !== 'string' || !isRecord(leaf)) {
    return unreadable('neither header, entry nor checkpoint')
  }
  if (!isLeaf(leaf)) return unreadable('the leaf lacks time, commitment, producer or id')
  const entry = { index, leafHash, leaf }
  if (gone !== undefined) {
    return isGone(gone) ? { kind: 'entry', entry: { ...entry, gone } } : unreadable('no cause of an absence')
  }
  if (facts === undefined) return { kind: 'entry', entry }
  const salt = decode(factsSalt)
  const commitment = decode(personalCommitment)
  if (!isRecord(facts) || salt === undefined || commitment === undefined) {
    return unreadable('the facts lack salt or commitment')
  }
  // They are compared by commitment, whatever they hold.
  const opening = { facts: facts as AuditEvent['facts'], salt, personalCommitment: commitment }
  return { kind: 'entry', entry: { ...entry, opening } }
}

/** Checks what the verifier computes with; every other member is held by the hash of the leaf. */
function isLeaf(leaf: Json): leaf is Leaf {
  return (
    typeof leaf['time'] === 'number' &&
    typeof leaf['commitment'] === 'string' &&
    typeof leaf['producer'] === 'string' &&
    typeof leaf['id'] === 'string'
  )
}

function isGone(value: unknown): value is Gone {
  if (!isRecord(value)) return false
  const { cause, event, ...more } = value
  const isNamed = cause === 'retention' ? typeof event === 'string' : event === undefined
  return (cause === 'retention' || cause === 'erasure') && isNamed && Object.keys(more).length === 0
}

function decode(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const bytes = Buffer.from(value, 'base64url')
  return bytes.length === 32 && bytes.toString('base64url') === value ? bytes : undefined
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(detail: string): ExportLine {
  return { kind: 'unreadable', detail }
}
