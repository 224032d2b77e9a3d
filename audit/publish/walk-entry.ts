/** Holds one entry's leaf against its hash, and what the side store has of it against the leaf. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import { commitFacts, commitLeaf, commitPersonal } from '../log/leaf.ts'
import { openGoneMark } from '../store/gone-marks.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { openPersonal, subjectToken, type Personal, type Purpose } from '../store/personal.ts'
import type { WalkSide } from '../store/walk-reader.ts'
import { WalkFinding } from './walk-finding.ts'
import type { WalkRetirements } from './walk-retirements.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** An entry as it is stored. */
export interface StoredEntry {
  readonly index: number
  readonly leaf: Buffer
  readonly hash: Buffer
  readonly side: WalkSide | undefined
}

export interface Means {
  readonly keys: LogKeys
  readonly retirements: Pick<WalkRetirements, 'covers'>
}

/** An entry that is right, with what could be opened of it. */
export interface HeldEntry {
  readonly leaf: Leaf
  readonly facts?: AuditEvent['facts']
  readonly personal?: Personal
}

/**
 * Checks an entry and answers what it holds.
 *
 * @throws WalkFinding
 */
export async function holdEntry(entry: StoredEntry, { keys, retirements }: Means): Promise<HeldEntry> {
  const { index, side } = entry
  const leaf = readLeaf(entry)
  if (!leafHash(entry.leaf).equals(entry.hash)) throw new WalkFinding('LEAF_HASH_MISMATCH', index)
  // Erasing empties elements; it never takes a row.
  if (side === undefined) throw new WalkFinding('SIDE_MISSING', index)
  if (side.facts === null && side.salt === null && side.sealed === null) {
    await holdGone(side, { keys, retirements })
    return { leaf }
  }
  const facts = holdFacts(side, leaf)
  // Whatever takes one half takes both.
  if (side.sealed === null) throw new WalkFinding('PERSONAL_MISMATCH', index)
  const personal = await holdPersonal(side, side.sealed, { id: leaf.id, purpose: facts.class, keys })
  return { leaf, facts, ...(personal === undefined ? {} : { personal }) }
}

/** An entry is empty because of an erasure or of an event of retention that lists it, or somebody emptied it. */
async function holdGone({ index, gone: mark }: WalkSide, { keys, retirements }: Means): Promise<void> {
  const gone = openGoneMark(keys, index, mark)
  if (gone?.cause === 'erasure') return
  if (gone?.event !== undefined && (await retirements.covers(gone.event, index))) return
  throw new WalkFinding('GONE_UNEXPLAINED', index)
}

function readLeaf({ leaf, index }: StoredEntry): Leaf {
  try {
    // Its hash proves what the ledger wrote; a changed one may be anything.
    const value = JSON.parse(leaf.toString()) as Leaf | null
    const isLeaf =
      typeof value?.time === 'number' &&
      typeof value.commitment === 'string' &&
      typeof value.producer === 'string' &&
      typeof value.id === 'string' &&
      uuid.test(value.id)
    if (isLeaf) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new WalkFinding('LEAF_UNREADABLE', index)
}

function holdFacts(side: WalkSide, leaf: Leaf): AuditEvent['facts'] {
  const { index, facts, salt, personal_commitment: personal } = side
  try {
    // They are compared by commitment, whatever they hold.
    const opened = JSON.parse(facts ?? '') as AuditEvent['facts']
    const isOpen = salt !== null && personal !== null
    const isSame = (opened.synthetic === true) === (leaf.synthetic === true) && opened.class === side.class
    if (isOpen && isSame && commitLeaf(commitFacts(opened, salt), personal) === leaf.commitment) return opened
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  throw new WalkFinding('FACTS_MISMATCH', index)
}

async function holdPersonal(
  { index, subject, personal_commitment: expected }: WalkSide,
  sealed: Buffer,
  { id, purpose, keys }: { readonly id: string; readonly purpose: Purpose; readonly keys: LogKeys },
): Promise<Personal | undefined> {
  const { subjectKeys, subjectTokenKey, tenant } = keys
  const token = subject ?? subjectToken(subjectTokenKey, undefined)
  const key = await subjectKeys.find(tenant, token)
  // Destroyed with the subject's data: what is sealed under it can no longer say anything. Nobody's is never.
  if (key === undefined && subject !== null) return undefined
  if (key === undefined) throw new WalkFinding('PERSONAL_MISMATCH', index)
  try {
    const { salt, personal } = openPersonal({ key, purpose, eventId: id }, sealed)
    const isRight = expected === null || commitPersonal(personal, salt).equals(expected)
    const isOwn = subjectToken(subjectTokenKey, personal.subject).equals(token)
    if (isRight && isOwn) return personal
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
  }
  throw new WalkFinding('PERSONAL_MISMATCH', index)
}
