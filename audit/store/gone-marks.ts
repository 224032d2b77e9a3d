/**
 * Why an element of the side store is empty, in a form that only the ledger can write: a cause, and a keyed hash over
 * it and the entry. Whoever empties elements in the database alone cannot make one.
 */
import { timingSafeEqual, type KeyObject } from 'node:crypto'
import type { Gone } from '../../contracts/retention.ts'
import { keyedHash } from './keyed-hash.ts'

const hashBytes = 16
const uuidBytes = 16
const causes = { erasure: 1, retention: 2 } as const

interface MarkKeys {
  readonly tenant: string
  readonly digestKey: KeyObject
}

/** Makes the mark of an entry: cause, event of a retention, keyed hash. */
export function goneMark(keys: MarkKeys, index: number, gone: Gone): Buffer {
  const head = Buffer.concat([Buffer.from([causes[gone.cause]]), uuidOf(gone.event)])
  return Buffer.concat([head, hashOf(keys, index, head)])
}

/** Reads a mark as whoever wrote it meant it; undefined when it is none. */
export function readGoneMark(mark: Buffer | null): Gone | undefined {
  if (mark?.length === 1 + hashBytes && mark[0] === causes.erasure) return { cause: 'erasure' }
  if (mark?.length !== 1 + uuidBytes + hashBytes || mark[0] !== causes.retention) return undefined
  const hex = mark.toString('hex', 1, 1 + uuidBytes)
  return { cause: 'retention', event: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') }
}

/** Reads a mark that the ledger made for this entry; undefined for every other. */
export function openGoneMark(keys: MarkKeys, index: number, mark: Buffer | null): Gone | undefined {
  const gone = readGoneMark(mark)
  if (mark === null || gone === undefined) return undefined
  const split = mark.length - hashBytes
  const isOwn = timingSafeEqual(mark.subarray(split), hashOf(keys, index, mark.subarray(0, split)))
  return isOwn ? gone : undefined
}

function uuidOf(event: string | undefined): Buffer {
  return Buffer.from((event ?? '').replaceAll('-', ''), 'hex')
}

function hashOf({ tenant, digestKey }: MarkKeys, index: number, head: Buffer): Buffer {
  const text = `campanile/gone/v1 ${tenant} ${index} ${head.toString('hex')}`
  return keyedHash(digestKey, text).subarray(0, hashBytes)
}
