/** A log made by hand, so that a test can sign what no ledger would. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { Frontier } from '../../../audit/log/frontier.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { commitFacts, commitLeaf, commitPersonal, encodeLeaf } from '../../../audit/log/leaf.ts'
import { encodeVerifierKey } from '../../../audit/log/note.ts'
import { exportFormat, exportNotice } from '../../../contracts/ledger-export.ts'
import { anEvent } from '../ledger-process.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const origin = 'house.example/logs/drill'
export const smallLogKey = encodeVerifierKey(origin, publicKey)
const salt = Buffer.alloc(32, 7)

/**
 * Writes a whole export with one entry for each id, in order, under one valid checkpoint.
 *
 * @param sequences the producer's number of each entry; without it the producer keeps none
 */
export function smallExport(ids: readonly string[], sequences?: readonly number[]): string[] {
  const frontier = new Frontier()
  const { facts, personal, producer } = anEvent()
  const personalCommitment = commitPersonal(personal, salt)
  const commitment = commitLeaf(commitFacts(facts, salt), personalCommitment)
  const entries = ids.map((id, index) => {
    const sequence = sequences?.[index]
    const counted = sequence === undefined ? {} : { sequence }
    const leaf = encodeLeaf({
      commitment,
      eventTime: 900 + index,
      id,
      producer,
      time: 1_000 + index,
      ...counted,
    })
    const hash = leafHash(Buffer.from(leaf))
    frontier.add(hash)
    return JSON.stringify({
      index,
      leaf: JSON.parse(leaf) as unknown,
      leafHash: hash.toString('base64'),
      facts,
      factsSalt: salt.toString('base64url'),
      personalCommitment: personalCommitment.toString('base64url'),
    })
  })
  const signer = { name: origin, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
  const checkpoint = signCheckpoint({ origin, size: ids.length, root: frontier.root() }, signer)
  const header = { format: exportFormat, tenant: 'drill', origin, vkey: smallLogKey, notice: exportNotice }
  return [
    JSON.stringify({ ...header, size: ids.length, synthetic: false }),
    ...entries,
    JSON.stringify({ checkpoint }),
  ]
}
