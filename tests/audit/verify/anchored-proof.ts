/** One event's proof through a tenant's log and the anchor log, cosigned, made by hand. */
import { anchorEntry } from '../../../audit/log/anchored-proof.ts'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { parseNote } from '../../../audit/log/note.ts'
import { writeTlogProof } from '../../../audit/log/tlog-proof.ts'
import { cosigned, testSigner } from '../log/cosigned-log.ts'
import { naivePath, naiveRoot } from '../report/naive-tree.ts'

const log = testSigner('house.example/logs/drill', 1)
const anchor = testSigner('house.example/anchor', 2)
const witness = testSigner('peer.example/witness', 3, 'cosignature')
/** Verifier key of the tenant's log. */
export const proofKey = log.vkey
/** Names the anchor log and the witness that cosigned. */
export const proofPolicy = `log ${anchor.vkey}\nwitness peer ${witness.vkey}\nquorum peer\n`

const leaves = Array.from({ length: 7 }, (_, at) => Buffer.from(`{"leaf":${at}}`))
const note = signCheckpoint({ origin: log.name, size: 7, root: naiveRoot(leaves) }, log)
/** Proof of entry 4 of 7 in its own log. */
export const plainProof = writeTlogProof({
  extra: leaves[4] as Buffer,
  index: 4,
  path: naivePath(leaves, 4),
  note,
})
const salt = Buffer.alloc(32, 9)
const anchored: Buffer[] = [1, 2, 3, 4, 5].map((at) => Buffer.alloc(32, at))
anchored[3] = anchorEntry(parseNote(note).text, salt)
const anchorNote = cosigned(
  signCheckpoint({ origin: anchor.name, size: 5, root: naiveRoot(anchored) }, anchor),
  [witness],
)
/** Writes the proof through both logs; `at` is where the anchor log is said to have the checkpoint. */
export function anchoredProof(at = 3): string {
  const proof = writeTlogProof({ extra: salt, index: at, path: naivePath(anchored, at), note: anchorNote })
  return JSON.stringify({ entry: plainProof, anchor: proof, policy: proofPolicy })
}
